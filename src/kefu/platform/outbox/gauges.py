"""What the scraper learns about deliveries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery
from kefu.platform.telemetry.registry import Sample, gauge


@gauge("outbox_open", "Events not yet handled: waiting, or given up (dead)")
def outbox_open() -> Iterator[Sample]:
    """One sample for each of the two states."""
    states = (DeliveryState.WAITING, DeliveryState.DEAD)
    counts = dict.fromkeys(states, 0) | dict(
        Delivery.objects.filter(state__in=states).order_by().values_list("state").annotate(n=Count("id"))
    )
    yield from (({"state": str(state)}, float(n)) for state, n in counts.items())
