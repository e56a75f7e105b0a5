"""Delivers one event to one handler."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.errors import KefuError
from kefu.platform.outbox import rules
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery
from kefu.platform.outbox.registry import SUBSCRIPTIONS
from kefu.platform.telemetry.instruments import DELIVERIES

logger = logging.getLogger(__name__)


class TryAgain(Exception):
    """The queue is to hand out this delivery again, not before ``at``."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


def deliver(delivery_id: int, *, raise_errors: bool = False) -> DeliveryState | None:
    """Call the handler, once, in one transaction with the mark that it is done; ``None``: nothing was to be done.

    Raises ``TryAgain`` after an error that is worth another attempt (or the error itself with ``raise_errors``).
    """
    try:
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("event")
                .filter(pk=delivery_id, state=DeliveryState.WAITING)
                .first()
            )
            if delivery is None:
                return None
            subscription = SUBSCRIPTIONS.find(delivery.handler)
            if subscription is None:
                return _give_up(delivery, _("没有名为 %(name)s 的处理程序。") % {"name": delivery.handler}, "")
            subscription.fn(delivery.event)
            delivery.state = DeliveryState.DELIVERED
            delivery.attempts += 1
            delivery.finished_at = clock.now()
            delivery.error = ""
            delivery.save(update_fields=["state", "attempts", "finished_at", "error"])
            DELIVERIES.labels(delivery.handler, "delivered").inc()
            return DeliveryState.DELIVERED
    except (OperationalError, InterfaceError):
        if raise_errors:
            raise
        logger.exception("delivery %s: lost the database", delivery_id)
        raise TryAgain(rules.next_attempt_at(clock.now(), 1) or clock.now()) from None
    except Exception as error:
        if raise_errors:
            raise
        return _failed(delivery_id, error)


def _failed(delivery_id: int, error: Exception) -> DeliveryState | None:
    trace = secrets.token_hex(6)
    logger.error("delivery %s failed, trace %s", delivery_id, trace, exc_info=error)
    text = str(error.message) if isinstance(error, KefuError) else f"{type(error).__name__}: {error}"[:2000]
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id, state=DeliveryState.WAITING).first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        DELIVERIES.labels(delivery.handler, "failed").inc()
        again_at = rules.next_attempt_at(clock.now(), delivery.attempts)
        if again_at is None:
            return _give_up(delivery, text, trace)
        delivery.error, delivery.trace, delivery.next_attempt_at = text, trace, again_at
        delivery.save(update_fields=["attempts", "error", "trace", "next_attempt_at"])
    raise TryAgain(again_at)


def _give_up(delivery: Delivery, text: str, trace: str) -> DeliveryState:
    delivery.state = DeliveryState.DEAD
    delivery.error, delivery.trace = text, trace
    delivery.finished_at = clock.now()
    delivery.next_attempt_at = None
    delivery.save(update_fields=["state", "attempts", "error", "trace", "finished_at", "next_attempt_at"])
    return DeliveryState.DEAD
