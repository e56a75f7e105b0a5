"""What clocks publish; each step of a clock is published once."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("clocks.warned")
@dataclass(frozen=True, slots=True)
class ClockWarned(Event):
    """A clock reached a warning; ``level`` counts from 0 in the ``round`` of its present goal."""

    clock_id: int
    kind: str
    origin: str
    round: int
    level: int


@event("clocks.breached")
@dataclass(frozen=True, slots=True)
class ClockBreached(Event):
    """The due instant of a clock passed before it was stopped."""

    clock_id: int
    kind: str
    origin: str
    round: int


@event("clocks.escalated")
@dataclass(frozen=True, slots=True)
class ClockEscalated(Event):
    """A clock that is overdue reached the next level of those who are told."""

    clock_id: int
    kind: str
    origin: str
    round: int
    level: int
    audience: str
