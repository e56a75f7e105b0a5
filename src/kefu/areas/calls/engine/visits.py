"""From the events of one call to its queue visits: pure, whatever the order in which the events were delivered.

A visit begins when the call enters a queue and has exactly one terminal event. Durations come from the terminal
line's own fields, because a telephone system measures them on a clock that does not jump; the distance between lines
is the fallback. Instants give way to durations, so that hold + talk + wait never exceeds a visit's life.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from kefu.areas.calls.engine.types import Attempt, CanonicalEvent, Visit

LEFT: dict[str, str] = {
    "abandoned": "abandoned",
    "timed_out": "timeout",
    "exited_empty": "empty",
    "exited_key": "exit_key",
    "withdrawn": "withdrawn",
    "overflowed": "overflow",
    "voicemail": "voicemail",
}
"""Events that end the waiting without a conversation → outcome."""
ENDS = frozenset({"ended", "transferred"})
"""Events that end a conversation."""
RINGS: dict[str, str] = {"ring_no_answer": "no_answer", "ring_cancelled": "cancelled", "agent_dumped": "dumped"}

RANK: dict[str, int] = {
    "offered": 0,
    "queued": 1,
    "ringing": 2,
    "ring_no_answer": 3,
    "ring_cancelled": 3,
    "agent_dumped": 3,
    "answered": 4,
    "held": 5,
    "retrieved": 6,
    "conferenced": 6,
    **dict.fromkeys(LEFT, 7),
    "ended": 7,
    "transferred": 7,
}
"""The order in which a call goes through things: breaks ties between events that bear the same time and place."""

Moment = tuple[int, int]
"""``(at_ms, ordinal)``: a place in a source's own order."""


def order(event: CanonicalEvent) -> tuple[Any, ...]:
    """The key by which events are put in the source's order; total, so that every shuffle sorts alike."""
    return (
        event.at_ms,
        event.ordinal,
        event.part,
        RANK.get(event.type, 9),
        event.type,
        event.queue,
        event.agent,
        sorted((k, str(v)) for k, v in event.data.items()),
    )


def in_order(events: Iterable[CanonicalEvent]) -> list[CanonicalEvent]:
    """The events in the source's order; the full key is only worked out where places are shared."""
    found = sorted(events, key=_place)
    if any(before[:3] == after[:3] for before, after in pairwise(found)):
        found.sort(key=order)
    return found


def _place(event: CanonicalEvent) -> tuple[int, int, int]:
    return event[:3]


def fold_call(events: Iterable[CanonicalEvent], starts: Sequence[Moment] = ()) -> list[Visit]:
    """The visits of one call, numbered by the order in which they began.

    ``starts`` are the instants at which the source (re)started: whatever is open then is lost.
    """
    ordered = in_order(events)
    groups: dict[str, list[CanonicalEvent]] = {}
    for event, queue in zip(ordered, _queues_of(ordered), strict=True):
        if event.type in RANK and event.type != "offered" and (queue or event.type == "queued"):
            groups.setdefault(queue, []).append(event)
    stays: list[_Stay] = []
    for queue, group in groups.items():
        stays += _stays(queue, group)
    stays.sort(key=lambda stay: (stay.entered_ms, stay.ordinal, stay.queue))
    disposition = next((e.data["disposition"] for e in reversed(ordered) if "disposition" in e.data), "")
    visits = [stay.visit(number, starts) for number, stay in enumerate(stays, start=1)]
    if disposition and visits and not visits[-1].disposition:
        visits[-1].disposition = str(disposition)
    return visits


def caller_of(events: Iterable[CanonicalEvent]) -> tuple[str, str]:
    """The caller and its name as the first event that names them says."""
    for event in in_order(events):
        if event.data.get("caller"):
            return str(event.data["caller"]), str(event.data.get("caller_name", ""))
    return "", ""


def _queues_of(ordered: Sequence[CanonicalEvent]) -> list[str]:
    """The queue each event belongs to: its own, else the one the call was in last, else the first it comes to."""
    found: list[str] = []
    current = next((event.queue for event in ordered if event.queue), "")
    for event in ordered:
        current = event.queue or current
        found.append(current)
    return found


def _stays(queue: str, group: list[CanonicalEvent]) -> list[_Stay]:
    """Cut the events of a call in one queue into stays."""
    counts = {"queued": 0, "answered": 0, "left": 0, "ended": 0}
    for event in group:
        kind = "left" if event.type in LEFT else "ended" if event.type in ENDS else event.type
        if kind in counts:
            counts[kind] += 1
    if max(counts.values()) <= 1 and not (counts["left"] and counts["answered"]):
        if not any(counts.values()):
            return []
        stay = _Stay(queue)
        for event in sorted(group, key=lambda e: RANK[e.type]):  # the group is in order already
            stay.take(event)
        return [stay]
    stays: list[_Stay] = []
    current: _Stay | None = None
    for event in group:
        if current is None or not current.accepts(event):
            if current is not None and current.is_open:
                current.superseded = (event.at_ms, event.ordinal)
            if event.type in RINGS or event.type in {"ringing", "held", "retrieved", "conferenced"}:
                continue
            current = _Stay(queue)
            stays.append(current)
        current.take(event)
    return stays


class _Stay:
    """A visit while its events are being gathered."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.queued: CanonicalEvent | None = None
        self.answered: CanonicalEvent | None = None
        self.closed: CanonicalEvent | None = None
        self.rings: list[CanonicalEvent] = []
        self.holds: list[CanonicalEvent] = []
        self.extra: dict[str, Any] = {}
        self.superseded: Moment | None = None

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def accepts(self, event: CanonicalEvent) -> bool:
        """Whether ``event`` can belong to this stay rather than begin another."""
        if event.type == "queued":
            return False
        if self.closed is not None:
            return False
        if event.type == "answered" or event.type in LEFT:
            return self.answered is None
        return True

    def take(self, event: CanonicalEvent) -> None:
        """Note what ``event`` says about this stay."""
        if event.type == "queued":
            self.queued = event
        elif event.type == "answered":
            self.answered = event
        elif event.type in LEFT or event.type in ENDS:
            self.closed = event
        elif event.type in RINGS:
            self.rings.append(event)
        elif event.type in {"held", "retrieved"}:
            self.holds.append(event)
        for key in ("satisfaction", "disposition", "recording", "hold", "wrap", "holds"):
            if key in event.data:
                self.extra[key] = event.data[key]

    @property
    def first(self) -> CanonicalEvent:
        found = self.queued or self.answered or self.closed
        assert found is not None
        return found

    @property
    def ordinal(self) -> int:
        return self.first.ordinal

    @property
    def is_answered(self) -> bool:
        """Whether somebody spoke with the caller; an end by the system without that is a loss."""
        if self.answered is not None:
            return True
        return self.closed is not None and self.closed.type in ENDS and not self.was_dropped

    @property
    def was_dropped(self) -> bool:
        closed = self.closed
        return (
            self.answered is None
            and closed is not None
            and closed.type == "ended"
            and closed.data.get("by") == "system"
            and not closed.data.get("talk")
        )

    @property
    def entered_ms(self) -> int:
        """When the queue was entered; without that line, as long before the next one as it says the caller waited."""
        if self.queued is not None:
            return self.queued.at_ms
        if self.answered is not None:
            return self.answered.at_ms - 1000 * _seconds(self.answered, "wait")
        assert self.closed is not None
        return self.closed.at_ms - 1000 * (_seconds(self.closed, "wait") + _seconds(self.closed, "talk"))

    def visit(self, number: int, starts: Sequence[Moment]) -> Visit:
        """The visit as far as its events tell."""
        entered = self.entered_ms
        first = self.first
        visit = Visit(call=first.call, number=number, queue=self.queue, entered_ms=entered, outcome="waiting")
        if self.queued is not None:
            data = self.queued.data
            visit.caller = str(data.get("caller", ""))
            visit.caller_name = str(data.get("caller_name", ""))
            visit.position = int(data.get("position", 0))
        self._note_attempts(visit)
        if self.is_answered:
            self._note_answer(visit)
        if self.closed is not None:
            self._close(visit)
        else:
            self._lose(visit, starts)
        self._note_extra(visit)
        if visit.ended_ms is not None:
            _respect_life(visit)
        return visit

    def _note_attempts(self, visit: Visit) -> None:
        for ring in self.rings:
            length = int(ring.data.get("ring_ms", 0))
            visit.attempts.append(Attempt(ring.agent, ring.at_ms - length, ring.at_ms, RINGS[ring.type]))
        visit.attempts.sort(key=lambda a: (a.ended_ms, a.started_ms, a.agent, a.result))

    def _note_answer(self, visit: Visit) -> None:
        visit.outcome = "answered"
        if self.answered is not None:
            answered = self.answered
            visit.wait_seconds = _seconds(answered, "wait", _distance(visit.entered_ms, answered.at_ms))
            visit.ring_seconds = min(_seconds(answered, "ring"), visit.wait_seconds)
            visit.answered_ms = max(answered.at_ms, visit.entered_ms + 1000 * visit.wait_seconds)
            visit.agent = answered.agent
            return
        assert self.closed is not None
        talk = _seconds(self.closed, "talk")
        fallback = max(_distance(visit.entered_ms, self.closed.at_ms) - talk, 0)
        visit.wait_seconds = _seconds(self.closed, "wait", fallback)
        visit.answered_ms = visit.entered_ms + 1000 * visit.wait_seconds
        visit.agent = self.closed.agent

    def _close(self, visit: Visit) -> None:
        closed = self.closed
        assert closed is not None
        visit.ended_ms = closed.at_ms
        visit.reason = str(closed.data.get("reason", ""))[:120]
        if closed.type in LEFT or self.was_dropped:
            visit.outcome = LEFT.get(closed.type, "lost")
            visit.wait_seconds = _seconds(closed, "wait", _distance(visit.entered_ms, closed.at_ms))
            visit.exit_key = str(closed.data.get("key", ""))[:8]
            visit.position = visit.position or int(closed.data.get("entered_at", 0) or closed.data.get("position", 0))
            return
        assert visit.answered_ms is not None
        visit.agent = visit.agent or closed.agent
        visit.talk_seconds = _seconds(closed, "talk", _distance(visit.answered_ms, closed.at_ms))
        if closed.type == "transferred":
            visit.released_by = "transfer"
            visit.transfer = str(closed.data.get("kind", "blind"))
            visit.transfer_target = str(closed.data.get("target", ""))[:120]
        else:
            visit.released_by = str(closed.data.get("by", "caller"))

    def _lose(self, visit: Visit, starts: Sequence[Moment]) -> None:
        last = self.answered or self.first
        after = [start for start in starts if start > (last.at_ms, last.ordinal)]
        if self.superseded is not None:
            after.append(self.superseded)
        if not after:
            return
        visit.ended_ms = max(min(after)[0], visit.answered_ms or visit.entered_ms)
        visit.outcome = "lost"
        visit.released_by = "system" if self.is_answered else ""
        if visit.answered_ms is None:
            visit.wait_seconds = _distance(visit.entered_ms, visit.ended_ms)
        else:
            visit.talk_seconds = _distance(visit.answered_ms, visit.ended_ms)

    def _note_extra(self, visit: Visit) -> None:
        extra = self.extra
        visit.wrap_seconds = max(int(extra.get("wrap", 0)), 0)
        if extra.get("satisfaction") is not None:
            visit.satisfaction = int(extra["satisfaction"])
        visit.disposition = str(extra.get("disposition", ""))
        visit.recording = str(extra.get("recording", ""))
        if not self.is_answered or visit.answered_ms is None:
            return
        measured, holds = self._held(visit)
        visit.hold_seconds = max(int(extra.get("hold", measured)), 0)
        visit.holds = int(extra.get("holds", holds or (1 if visit.hold_seconds else 0)))
        given = self.closed is not None and "talk" in self.closed.data
        # a source that counts the hold into the talk time, or that gave no talk time, leaves the talk to be told apart
        if "hold" not in extra and visit.hold_seconds and not (given and self.closed.data.get("talk_is_net")):  # type: ignore[union-attr]
            visit.talk_seconds = max(visit.talk_seconds - visit.hold_seconds, 0)

    def _held(self, visit: Visit) -> tuple[int, int]:
        total = count = 0
        since: int | None = None
        for event in self.holds:
            if event.type == "held" and since is None:
                since = event.at_ms
                count += 1
            elif event.type == "retrieved" and since is not None:
                total += _distance(since, event.at_ms)
                since = None
        if since is not None and visit.ended_ms is not None:
            total += _distance(since, visit.ended_ms)
        return total, count


def _respect_life(visit: Visit) -> None:
    """Move the end so that what was measured fits into the visit: clocks jump and lines are dated by whole seconds."""
    assert visit.ended_ms is not None
    busy = visit.wait_seconds + visit.talk_seconds + visit.hold_seconds
    visit.ended_ms = max(visit.ended_ms, visit.entered_ms + 1000 * busy, visit.answered_ms or 0)


def _seconds(event: CanonicalEvent, key: str, default: int = 0) -> int:
    value = event.data.get(key)
    return default if value is None else max(int(value), 0)


def _distance(start_ms: int, end_ms: int) -> int:
    return max(end_ms - start_ms, 0) // 1000
