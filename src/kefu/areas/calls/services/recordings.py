"""Recordings: attaching a file to a call, its wave form, and notes at its seconds."""

from __future__ import annotations

from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.engine.peaks import NotWave, wave_form
from kefu.areas.calls.models import Recording, RecordingMarker
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.files import services as files

PURPOSE = "calls.recording"
MOST_MARKERS = 100


def attach_recording(
    *, actor: Actor, visit_id: UUID, stream: Any, name: str, reference: str = ""
) -> Recording:  # fmt: skip
    """Keep an audio file as the recording of a visit and draw its wave form (WAV; other types play without one).

    ``reference`` is how the source calls it: a reference that came with the call gets its file, once. Raises
    ``InvalidInput`` for what is no audio, ``Conflict`` when the reference has another file already.
    """
    authorise(actor, permissions.SOURCE_FEED)
    visit = queries.visit_for(actor, visit_id)
    reference = (reference or name)[:300]
    with transaction.atomic():
        file = files.store(actor=actor, stream=stream, name=name, purpose=PURPOSE)
        row = Recording.objects.select_for_update().filter(visit_id=visit.id, reference=reference).first()
        if row is not None and row.file_id is not None:
            raise Conflict(_("这段录音已经有文件了。"), code="recording_exists")
        row = row or Recording(visit_id=visit.id, source_id=visit.source_id, reference=reference)
        row.file = file
        if file.content_type == "audio/wav":
            with file.location.open("rb") as audio:
                row.duration_seconds, row.peaks = _drawn(audio)
        row.save()
        auditing.record(
            actor=actor,
            action="calls.recording:attach",
            target=f"calls.visit:{visit.id}",
            after={"file": str(file.uid), "sha256": file.sha256},
            node_id=visit.team_node_id or visit.queue_node_id,
        )
    return row


def mark_recording(*, actor: Actor, recording_id: int, at_seconds: int, text: str) -> RecordingMarker:
    """Note something at a second of a recording that the actor may hear."""
    authorise(actor, permissions.RECORDING_PLAY)
    recording = Recording.objects.filter(pk=recording_id).first()
    if recording is None:
        raise NotFound(_("没有这段录音，或者您无权收听。"))
    queries.visit_for(actor, recording.visit_id, permissions.RECORDING_PLAY)
    text = text.strip()
    if not text or len(text) > 120 or "\0" in text:
        raise InvalidInput(_("请填写标注，最多 120 个字。"), field="text")
    if not 0 <= at_seconds <= (recording.duration_seconds or 86_400):
        raise InvalidInput(_("位置超出录音长度。"), field="at_seconds")
    with transaction.atomic():
        Recording.objects.select_for_update().get(pk=recording.pk)
        if recording.markers.count() >= MOST_MARKERS:
            raise RuleBroken(_("一段录音最多 %(n)s 条标注。") % {"n": MOST_MARKERS})
        return recording.markers.create(
            at_seconds=at_seconds, text=text, created_by_id=actor.user_id, created_by_label=actor.label[:150]
        )


def remove_marker(*, actor: Actor, marker_id: int) -> Recording:
    """Take away a note of one's own."""
    authorise(actor, permissions.RECORDING_PLAY)
    marker = RecordingMarker.objects.select_related("recording").filter(
        pk=marker_id, created_by_id=actor.user_id
    ).first()  # fmt: skip
    if marker is None:
        raise NotFound(_("没有这条标注，或者它不是您的。"))
    marker.delete()
    return marker.recording


def _drawn(audio: BinaryIO) -> tuple[int | None, list[list[int]]]:
    try:
        form = wave_form(audio)
    except NotWave:
        return None, []
    return form.seconds, form.channels
