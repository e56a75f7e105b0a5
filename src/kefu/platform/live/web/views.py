"""The ticket endpoint and the state of the hub."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kefu.platform.access.guard import public, requires
from kefu.platform.live import asgi, permissions, tickets


@require_GET
@never_cache
@public("answers 401 as data, so that a live page can ask for a new sign-in without being redirected")
def ticket(request: HttpRequest) -> JsonResponse:
    """A ticket for those of the asked topics that the viewer may read; changes nothing, hence GET."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not actor.is_signed_in:
        return JsonResponse({"error": "not_signed_in"}, status=401)
    asked = request.GET.getlist("topic")[: tickets.MOST_TOPICS]
    granted = tickets.allowed(actor, asked)
    if not granted:
        return JsonResponse({"error": "denied", "refused": asked}, status=403)
    return JsonResponse(
        {
            "ticket": tickets.issue(actor, granted),
            "lifetime": tickets.LIFETIME,
            "topics": granted,
            "refused": [topic for topic in asked if topic not in granted],
        }
    )


@require_GET
@never_cache
@requires(permissions.VIEW_HUB)
def status(request: HttpRequest) -> JsonResponse:
    """The gauges of this process's hub."""
    gauges = [asdict(hub.gauge) for hub in asgi.hubs()]
    total = {key: sum(int(g[key]) for g in gauges) for key in ("streams", "opened", "sent", "skipped", "fetches")}
    return JsonResponse({**total, "listening": all(g["listening"] for g in gauges) and bool(gauges)})
