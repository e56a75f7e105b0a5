"""What happened during a visit, as stretches of time: waiting, rings, conversation, holds, wrap-up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

QUEUE, RING, TALK, HOLD, WRAP = "queue", "ring", "talk", "hold", "wrap"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a visit. ``result`` tells how a ring ended; ``who`` is the agent, where one is concerned."""

    kind: str
    started_at: datetime
    ended_at: datetime
    who: str = ""
    result: str = ""

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return round((self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring that led to no conversation."""

    started_at: datetime
    ring_ms: int
    who: str
    result: str


def segments(
    *,
    entered_at: datetime,
    answered_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
    ring_seconds: int = 0,
    wrap_seconds: int = 0,
    who: str = "",
    rings: Iterable[Ring] = (),
    holds: Iterable[tuple[datetime, bool]] = (),
) -> list[Segment]:
    """The stretches of a visit in the order of time; one that goes on ends ``now``.

    ``holds`` are the instants of holding (true) and retrieving (false).
    """
    left = answered_at or ended_at or max(now, entered_at)
    found = [Segment(QUEUE, entered_at, left)]
    for ring in rings:
        end = ring.started_at + timedelta(milliseconds=ring.ring_ms)
        found.append(Segment(RING, ring.started_at, end, ring.who, ring.result))
    if answered_at is not None:
        end = ended_at or max(now, answered_at)
        if ring_seconds:
            started = max(entered_at, answered_at - timedelta(seconds=ring_seconds))
            found.append(Segment(RING, started, answered_at, who, "answered"))
        found += _conversation(answered_at, end, who, holds)
        if ended_at is not None and wrap_seconds:
            found.append(Segment(WRAP, ended_at, ended_at + timedelta(seconds=wrap_seconds), who))
    order = {QUEUE: 0, RING: 1, TALK: 2, HOLD: 3, WRAP: 4}
    return sorted(found, key=lambda one: (one.started_at, order[one.kind]))


def _conversation(start: datetime, end: datetime, who: str, holds: Iterable[tuple[datetime, bool]]) -> list[Segment]:
    found: list[Segment] = []
    at, holding = start, False
    for instant, begins in [*holds, (end, False)]:
        instant = min(max(instant, at), end)
        if begins == holding and instant != end:
            continue
        if instant > at:
            found.append(Segment(HOLD if holding else TALK, at, instant, who))
        at, holding = instant, begins
    return found or [Segment(TALK, start, end, who)]
