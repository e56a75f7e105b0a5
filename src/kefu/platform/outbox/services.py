"""Writes: publish an event; retry or discard what could not be delivered."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound, RuleBroken
from kefu.kernel.events import Event
from kefu.platform.access import services as access
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery, StoredEvent
from kefu.platform.outbox.permissions import MANAGE
from kefu.platform.outbox.registry import TAPS, subscriptions_of
from kefu.platform.outbox.tasks import DELIVER, QUEUE


def publish(event: Event, *, cause: str = "") -> StoredEvent:
    """Write the event and one delivery per subscribed handler, in the caller's transaction: all or nothing.

    ``cause`` names what led to it (``job:7``, ``event:12``, ``user:3``).
    """
    now = clock.now()
    with transaction.atomic():
        stored = StoredEvent.objects.create(
            code=event.code, version=event.version, payload=event.payload(), cause=cause[:200], created_at=now
        )
        for subscription in subscriptions_of(event.code):
            delivery = Delivery.objects.create(event=stored, handler=subscription.name, created_at=now)
            defer(delivery)
        for tap in TAPS:
            tap.fn(stored)
    return stored


def defer(delivery: Delivery) -> None:
    """Put the delivery into the queue, in the current transaction."""
    delivery.queue_job_id = app.configure_task(DELIVER, queue=QUEUE).defer(delivery_id=delivery.pk)
    delivery.save(update_fields=["queue_job_id"])


def retry_deliveries(*, actor: Actor, ids: Iterable[int]) -> int:
    """Deliver dead letters again, with all their attempts; returns how many. What is not dead is left alone."""
    access.authorise(actor, MANAGE)
    with transaction.atomic():
        dead = list(Delivery.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), state=DeliveryState.DEAD))
        for delivery in dead:
            delivery.state = DeliveryState.WAITING
            delivery.attempts = 0
            delivery.finished_at = None
            delivery.save(update_fields=["state", "attempts", "finished_at"])
            defer(delivery)
            _audit(actor, "retry", delivery)
    return len(dead)


def discard_delivery(*, actor: Actor, delivery_id: int, reason: str) -> Delivery:
    """Give up a dead letter for good; the reason is kept."""
    access.authorise(actor, MANAGE)
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("请写明放弃投递的原因。"), field="reason")
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id).first()
        if delivery is None:
            raise NotFound(_("没有这条投递记录。"))
        if delivery.state != DeliveryState.DEAD:
            raise RuleBroken(_("只有投递失败的事件才能放弃。"), code="delivery_not_dead")
        delivery.state = DeliveryState.DISCARDED
        delivery.note = reason
        delivery.save(update_fields=["state", "note"])
        _audit(actor, "discard", delivery, reason=reason)
    return delivery


def _audit(actor: Actor, verb: str, delivery: Delivery, *, reason: str = "") -> None:
    auditing.record(
        actor=actor,
        action=f"outbox.delivery:{verb}",
        target=f"outbox.delivery:{delivery.pk}",
        after={"event": delivery.event_id, "handler": delivery.handler, "error": delivery.error[:500]},
        reason=reason,
    )
