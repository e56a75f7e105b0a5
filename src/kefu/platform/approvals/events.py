"""What requests publish; ids only."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("approvals.submitted")
@dataclass(frozen=True, slots=True)
class RequestSubmitted(Event):
    """Somebody asked for something; ``round`` counts from 0 and rises when it is submitted again."""

    request_id: int
    kind: str
    origin: str
    round: int


@event("approvals.returned")
@dataclass(frozen=True, slots=True)
class RequestReturned(Event):
    """An approver asked the requester for more."""

    request_id: int
    kind: str
    origin: str


@event("approvals.decided")
@dataclass(frozen=True, slots=True)
class RequestDecided(Event):
    """A request was approved or declined (``state``) by its last step."""

    request_id: int
    kind: str
    origin: str
    state: str


@event("approvals.withdrawn")
@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Event):
    """The requester took it back before it was decided."""

    request_id: int
    kind: str
    origin: str
