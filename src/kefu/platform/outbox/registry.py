"""Who reacts to which event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kefu.kernel.events import Event
from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from kefu.platform.outbox.models import StoredEvent

    Handler = Callable[[StoredEvent], None]


@dataclass(frozen=True, eq=False)
class Subscription:
    """A handler and the event it waits for."""

    name: str
    event_code: str
    fn: Handler


SUBSCRIPTIONS: Registry[Subscription] = Registry("event handlers", lambda subscription: subscription.name)


def subscribe(event: type[Event], name: str) -> Callable[[Handler], Handler]:
    """Call the function with each published ``event``; used in the packages of ``OUTBOX_HANDLER_PACKAGES`` only.

    ``name`` (``loop.<module>.<handler>``) is stored with each delivery and must never change. The handler runs
    in a transaction together with the mark that it is done; it may be called again after an error or a crash.
    """
    if not event.code:
        raise ValueError(f"{event.__name__} is not declared with @event")

    def declare(fn: Handler) -> Handler:
        SUBSCRIPTIONS.register(Subscription(name, event.code, fn))
        return fn

    return declare


def subscriptions_of(event_code: str) -> list[Subscription]:
    """The handlers of an event, in the order of subscription."""
    return [subscription for subscription in SUBSCRIPTIONS if subscription.event_code == event_code]


@dataclass(frozen=True, eq=False)
class Tap:
    """Something that sees every event as it is published."""

    name: str
    fn: Handler


TAPS: Registry[Tap] = Registry("event taps", lambda tap: tap.name)


def tap(name: str) -> Callable[[Handler], Handler]:
    """Call the function with each event in the transaction that publishes it, for platform apps that pass events on.

    It may only write rows (an error would undo the publisher's work); the rest is left to a job.
    """

    def declare(fn: Handler) -> Handler:
        TAPS.register(Tap(name, fn))
        return fn

    return declare
