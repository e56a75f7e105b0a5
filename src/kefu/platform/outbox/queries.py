"""Reads: what could not be delivered."""

from __future__ import annotations

from django.db.models import QuerySet

from kefu.kernel.actor import Actor
from kefu.platform.access import services as access
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery
from kefu.platform.outbox.permissions import MANAGE


def deliveries(viewer: Actor) -> QuerySet[Delivery]:
    """Every delivery with its event; raises ``Denied`` without the right to manage them."""
    access.authorise(viewer, MANAGE)
    return Delivery.objects.select_related("event")


def dead_letter_count() -> int:
    """How many deliveries were given up and wait for a person; counted to 1,000."""
    return Delivery.objects.filter(state=DeliveryState.DEAD)[:1000].count()
