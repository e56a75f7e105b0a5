"""For tests: deliver what waits, here and now."""

from __future__ import annotations

from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.delivering import deliver
from kefu.platform.outbox.models import Delivery


def drain(limit: int = 1000) -> int:
    """Deliver every waiting event, and those that the handlers publish; errors come through. Returns how many."""
    done = 0
    while True:
        waiting = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("id").first()
        if waiting is None:
            return done
        if done >= limit:
            raise AssertionError(f"more than {limit} deliveries: do handlers publish in a circle?")
        deliver(waiting.pk, raise_errors=True)
        done += 1
