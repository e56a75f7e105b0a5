"""The outbox's upkeep: bring back what the queue lost, forget what was delivered long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from kefu.platform.jobs.registry import ticker
from kefu.platform.outbox import services
from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery, StoredEvent

LOST_AFTER = timedelta(minutes=2)
KEEP = timedelta(days=30)
LOST = """
    SELECT delivery.id
      FROM outbox_delivery delivery
      LEFT JOIN procrastinate_jobs queued ON queued.id = delivery.queue_job_id AND queued.status IN ('todo', 'doing')
     WHERE delivery.state = 'waiting' AND delivery.created_at < %s AND queued.id IS NULL
     ORDER BY delivery.id
     LIMIT 500
"""


@ticker("outbox.restore_lost", every=60.0)
def restore_lost(now: datetime) -> int:
    """Queue again the waiting deliveries that the queue does not know; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(LOST, [now - LOST_AFTER])
        lost = [row[0] for row in cursor.fetchall()]
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True).filter(
            pk__in=lost, state=DeliveryState.WAITING
        )
        for delivery in rows:
            services.defer(delivery)
    return len(lost)


@ticker("outbox.tidy", every=3600.0)
def tidy(now: datetime) -> int:
    """Delete events older than thirty days that nobody waits for and no dead letter needs; returns how many."""
    old = (
        StoredEvent.objects.filter(created_at__lt=now - KEEP)
        .exclude(deliveries__state__in=(DeliveryState.WAITING, DeliveryState.DEAD))
        .order_by("id")
        .values_list("pk", flat=True)[:5000]
    )
    ids = list(old)
    StoredEvent.objects.filter(pk__in=ids).delete()
    return len(ids)
