"""The ticket endpoint and the state of the hub."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kefu.platform.access.guard import actor_of, public, requires
from kefu.platform.live import asgi, permissions, queries, tickets


@require_GET
@never_cache
@public("answers 401 as data, so that a live page can ask for a new sign-in without being redirected")
def ticket(request: HttpRequest) -> JsonResponse:
    """A ticket for those of the asked topics that the viewer may read; changes nothing, hence GET."""
    actor = actor_of(request)
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
def status(request: HttpRequest) -> HttpResponse:
    """The gauges of this process's hub, as a page or (``?format=json``) as data."""
    found = gauges()
    if request.GET.get("format") == "json":
        return JsonResponse(found)
    context = {
        "active": "live.status",
        "gauges": found,
        "topics": queries.recent_topics(),
        "listening_text": _("监听中"),
        "silent_text": _("无读者，未监听"),
    }
    return render(request, "live/status.html", context)


def gauges() -> dict[str, int | bool]:
    """What the hubs of this process add up to."""
    each = [asdict(hub.gauge) for hub in asgi.hubs()]
    total: dict[str, int | bool] = {
        key: sum(int(g[key]) for g in each) for key in ("streams", "opened", "sent", "skipped", "fetches")
    }
    return {**total, "listening": any(g["listening"] for g in each)}
