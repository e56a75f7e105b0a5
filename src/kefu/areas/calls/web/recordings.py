"""Notes in a recording."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.areas.calls import permissions, queries, services
from kefu.areas.calls.models import Recording
from kefu.areas.calls.web.players import players_of
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires


@require_POST
@requires(permissions.RECORDING_PLAY)
def mark(request: HttpRequest, recording_id: int) -> HttpResponse:
    """Note something at a second; answers the list of notes."""
    actor = actor_of(request)
    error = ""
    try:
        seconds = int(float(request.POST.get("at_seconds", "") or "nan"))
    except (ValueError, OverflowError):
        seconds = -1
    try:
        services.mark_recording(
            actor=actor, recording_id=recording_id, at_seconds=seconds, text=request.POST.get("text", "")
        )
    except InvalidInput as refused:
        error = str(refused.message)
    return _marks(request, Recording.objects.get(pk=recording_id), error)


@require_POST
@requires(permissions.RECORDING_PLAY)
def unmark(request: HttpRequest, marker_id: int) -> HttpResponse:
    """Take away a note of one's own; answers the list of notes."""
    return _marks(request, services.remove_marker(actor=actor_of(request), marker_id=marker_id), "")


def _marks(request: HttpRequest, recording: Recording, error: str) -> HttpResponse:
    viewer = actor_of(request)
    visit = queries.visit_for(viewer, recording.visit_id, permissions.RECORDING_PLAY)
    player = next(one for one in players_of(viewer, visit) if one.recording.pk == recording.pk)
    given = {"player": player, "error": error, "label": _("标注")}
    return render(request, "calls/_marks.html", given, status=422 if error else 200)
