"""What comes out of a simulated day: primitive facts in the order of time, and the visits they speak of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What happened. ``value`` and ``text`` of a fact mean what stands beside its kind."""

    ENTERED = 1  # value: position in the queue
    RINGING = 2  # value: number of the ringing channel
    RING_NO_ANSWER = 3  # value: milliseconds of ringing
    RING_CANCELLED = 4  # value: milliseconds of ringing
    CONNECTED = 5  # value: milliseconds of ringing
    HELD = 6
    RETRIEVED = 7
    COMPLETED_BY_CALLER = 8
    COMPLETED_BY_AGENT = 9
    BLIND_TRANSFER = 10  # text: extension of the target queue; value: number of the new visit
    ATTENDED_TRANSFER = 11  # text: name of the target queue; value: number of the consultation visit
    ABANDONED = 12  # value: position when leaving
    TIMED_OUT = 13  # value: position when leaving
    EMPTIED = 14  # value: position when leaving
    KEY_PRESSED = 15  # value: position when leaving; text: the key
    WITHDRAWN = 16  # value: position when leaving; text: why
    LOGGED_IN = 20
    LOGGED_OUT = 21
    PAUSED = 22  # text: reason
    UNPAUSED = 23
    WRAP_STARTED = 24  # value: visit; text: limit in seconds
    WRAP_ENDED = 25


class Fact(NamedTuple):
    """One thing that happened: milliseconds since the epoch, indices into the centre's queues and agents, −1 = none."""

    at: int
    kind: Kind
    visit: int
    queue: int
    agent: int
    value: int = 0
    text: str = ""


class VisitCard(NamedTuple):
    """The unchanging side of a visit. ``channel`` and ``born`` make the unique id; a blind transfer keeps them."""

    queue: int
    caller: str
    channel: int
    born: int
    number: int
    entered: int
    position: int
    consulted_by: int = -1


@dataclass(slots=True)
class Run:
    """The facts of a span of time and the cards of the visits in them (``Fact.visit`` is an index)."""

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    skills: tuple[tuple[int, ...], ...]
    system: str
    facts: list[Fact] = field(default_factory=list)
    visits: list[VisitCard] = field(default_factory=list)

    def call_key(self, visit: int) -> str:
        """The unique id of the call to which the visit belongs, in Asterisk's form."""
        card = self.visits[visit]
        return f"{self.system}-{card.born}.{card.channel}"
