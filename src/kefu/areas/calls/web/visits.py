"""Call records: the list, one record, summing up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.calls import permissions, queries, rules, services
from kefu.areas.calls.choices import Outcome
from kefu.areas.calls.engine.segments import Segment
from kefu.areas.calls.models import QueueVisit
from kefu.areas.calls.web.forms import DispositionChoice
from kefu.areas.calls.web.players import players_of
from kefu.areas.calls.web.tables import VisitTable
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.params.queries import value as param
from kefu.platform.webui.responses import is_fragment, redirect_or_hx
from kefu.platform.webui.tables import table_page

ACTIVE = "calls.visits"
SPEEDS = ("0.75", "1", "1.25", "1.5", "2")


@require_safe
@requires(permissions.VISIT_VIEW)
def listing(request: HttpRequest) -> HttpResponseBase:
    """All call records inside the viewer's scope."""
    return table_page(
        request, VisitTable(request), "calls/visits.html", {"title": _("通话记录"), "active": ACTIVE}
    )  # fmt: skip


@require_safe
@requires(permissions.VISIT_VIEW)
def detail(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One record: facts, stretches of time, journey, recording, summing up."""
    viewer = actor_of(request)
    visit = queries.visit_for(viewer, visit_id)
    if is_fragment(request):
        return render(request, "calls/_visit.html", _context(viewer, visit))
    return render(request, "calls/visit.html", _context(viewer, visit))


@require_POST
@requires(permissions.VISIT_DISPOSE)
def dispose(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Sum up a call."""
    viewer = actor_of(request)
    visit = queries.visit_for(viewer, visit_id, permissions.VISIT_DISPOSE)
    form = DispositionChoice(request.POST, current=visit.disposition)
    if form.is_valid():
        try:
            services.dispose_visit(
                actor=viewer, visit_id=visit_id, code=form.cleaned_data["disposition"], note=form.cleaned_data["note"]
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("calls:visit", args=[visit_id]), text=_("已保存小结"))
    return render(request, "calls/visit.html", _context(viewer, visit, form), status=422)


def _context(viewer: Actor, visit: QueueVisit, form: DispositionChoice | None = None) -> dict[str, Any]:
    now = clock.now()
    journey = queries.journey_of(viewer, visit)
    masks = queries.masks_of([visit, *journey])
    found = queries.stretches_of(visit, now)
    limit = int(param(rules.WRAP_LIMIT_SECONDS, at=visit.ended_at))
    may_dispose = (
        visit.outcome == Outcome.ANSWERED
        and queries.visits_for(viewer, permissions.VISIT_DISPOSE).filter(day=visit.day, id=visit.id).exists()
    )
    if form is None and may_dispose:
        initial = {"disposition": visit.disposition.code if visit.disposition else "", "note": visit.disposition_note}
        form = DispositionChoice(initial=initial, current=visit.disposition)
    return {
        "title": _("通话 %(when)s") % {"when": f"{clock_text(visit.entered_at)}"},
        "active": ACTIVE,
        "visit": visit,
        "place": f"calls.visit:{visit.id}",
        "caller_kind": "phone",
        "agent_name": queries.agent_name(visit.agent),
        "masks": masks,
        "segments": found,
        "bars": bars(found),
        "steps": [(one, queries.agent_name(one.agent)) for one in journey],
        "speeds": SPEEDS,
        "players": players_of(viewer, visit),
        "form": form if may_dispose else None,
        "disposition_state": rules.disposition_state(visit.outcome, visit.ended_at, visit.disposed_at, now, limit),
        "wrap_limit": limit,
        "may_see_sources": has_permission(viewer, permissions.SOURCE_VIEW),
        "tracks_agent": visit.agent is not None,
    }


def clock_text(instant: datetime) -> str:
    """An instant in the product's zone, as people write it."""
    return instant.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M")


def bars(found: list[Segment]) -> list[dict[str, Any]]:
    """The stretches as parts of a 1000 units wide strip: place, width, row (rings below the rest)."""
    if not found:
        return []
    start = min(one.started_at for one in found)
    total = max((max(one.ended_at for one in found) - start).total_seconds(), 1.0)
    return [
        {
            "segment": one,
            "x": round((one.started_at - start).total_seconds() / total * 1000, 1),
            "width": max(round((one.ended_at - one.started_at).total_seconds() / total * 1000, 1), 3),
            "y": 26 if one.kind == "ring" else 2,
        }
        for one in found
    ]
