"""What the recording player shows: sound, wave form, marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.models import QueueVisit, Recording
from kefu.kernel.actor import Actor
from kefu.platform.files.models import StoredFile

HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a recording: ``marker_id`` for notes of people, 0 for what the call itself tells."""

    seconds: int
    text: str
    x: float
    marker_id: int = 0
    is_own: bool = False
    author: str = ""


@dataclass(frozen=True, slots=True)
class Player:
    """One recording as the page shows it; without ``url`` there is only a reference."""

    recording: Recording
    url: str
    paths: list[str]
    marks: list[Mark]

    @property
    def seconds(self) -> int:
        """The length, 0 when unknown."""
        return self.recording.duration_seconds or 0


def players_of(viewer: Actor, visit: QueueVisit) -> list[Player]:
    """The recordings of a visit, for a viewer who may hear them; nothing otherwise."""
    recordings = list(
        Recording.objects.filter(visit_id=visit.id).select_related("file").prefetch_related("markers").order_by("id")
    )
    if not recordings:
        return []
    hears = queries.visits_for(viewer, permissions.RECORDING_PLAY).filter(day=visit.day, id=visit.id).exists()
    if not hears:
        return []
    return [_player(viewer, visit, one) for one in recordings]


def may_hear(viewer: Actor, file: StoredFile) -> bool:
    """Whether the recording kept in ``file`` belongs to a visit that the viewer may hear."""
    visit_ids = Recording.objects.filter(file=file).values_list("visit_id", flat=True)
    return any(
        queries.visits_for(viewer, permissions.RECORDING_PLAY).filter(id=visit_id).exists() for visit_id in visit_ids
    )


def wave_path(peaks: list[int], *, middle: float, height: float) -> str:
    """A closed SVG path in a box 1000 units wide: the wave form mirrored at ``middle``."""
    if not peaks:
        return ""
    step = 1000 / len(peaks)
    tops = [f"{i * step:.1f} {middle - max(peak, 1) * height / 200:.1f}" for i, peak in enumerate(peaks)]
    lows = [f"{i * step:.1f} {middle + max(peak, 1) * height / 200:.1f}" for i, peak in enumerate(peaks)]
    return "M" + " L".join([*tops, *reversed(lows)]) + " Z"


def _player(viewer: Actor, visit: QueueVisit, recording: Recording) -> Player:
    channels: list[Any] = recording.peaks or []
    height = HEIGHT * 2 / max(len(channels), 1)
    paths = [wave_path(c, middle=height * (i + 0.5), height=height * 0.92) for i, c in enumerate(channels)]
    url = ""
    if recording.file is not None and recording.file.deleted_at is None:
        url = reverse("files:download", args=[recording.file.uid])
    return Player(recording, url, [path for path in paths if path], _marks(viewer, visit, recording))


def _marks(viewer: Actor, visit: QueueVisit, recording: Recording) -> list[Mark]:
    length = recording.duration_seconds or visit.talk_seconds or 0
    marks: list[Mark] = []

    def add(seconds: float, text: str, **more: Any) -> None:
        if length and 0 <= seconds <= length:
            marks.append(Mark(int(seconds), text, round(seconds / length * 1000, 1), **more))

    if visit.answered_at is not None:
        for event in queries.holds_of(visit):
            after = (event.occurred_at - visit.answered_at).total_seconds()
            add(after, _("保持") if event.type == "held" else _("恢复通话"))
    for marker in recording.markers.all():
        is_own = marker.created_by_id == viewer.user_id
        add(marker.at_seconds, marker.text, marker_id=marker.pk, is_own=is_own, author=marker.created_by_label)
    return sorted(marks, key=lambda mark: mark.seconds)
