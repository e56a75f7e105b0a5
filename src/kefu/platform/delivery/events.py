"""What happened to something that was to leave the house."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("delivery.message_failed")
@dataclass(frozen=True, slots=True)
class MessageFailed(Event):
    """A mail or short message was refused, or all its attempts are used up."""

    message_id: int
    channel: str
    origin: str


@event("delivery.message_in_doubt")
@dataclass(frozen=True, slots=True)
class MessageInDoubt(Event):
    """Nobody knows whether a mail or short message has left; a person is to decide whether to send it again."""

    message_id: int
    channel: str
    origin: str


@event("delivery.endpoint_paused")
@dataclass(frozen=True, slots=True)
class EndpointPaused(Event):
    """A webhook endpoint has failed so often in a row that it is no longer called."""

    endpoint_id: int
    failed_in_a_row: int
