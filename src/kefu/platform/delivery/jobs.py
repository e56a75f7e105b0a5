"""Upkeep of what is sent: bring back what was interrupted or lost, forget texts that are no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from kefu.platform.delivery import rules, sending
from kefu.platform.delivery.choices import CallState, MessageState
from kefu.platform.delivery.models import Message, WebhookCall
from kefu.platform.delivery.tasks import defer_call, defer_message
from kefu.platform.jobs.registry import ticker

LOST_AFTER = timedelta(minutes=2)
KEEP_CALLS = timedelta(days=90)
BATCH = 500
LOST = """
    SELECT sent.id
      FROM {table} sent
      LEFT JOIN procrastinate_jobs queued ON queued.id = sent.queue_job_id AND queued.status IN ('todo', 'doing')
     WHERE sent.state = 'queued' AND sent.created_at < %s AND queued.id IS NULL
     ORDER BY sent.id
     LIMIT 500
"""


@ticker("delivery.settle_interrupted", every=10.0)
def settle_interrupted(now: datetime) -> int:
    """Decide about what processes that are no more had begun to send; returns how many."""
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(of=("self",), skip_locked=True).filter(
                state=MessageState.SENDING, claimed_at__lte=now - rules.CLAIM_LIMIT
            )[:BATCH]
        )
        for message in rows:
            sending.settle(message, now)
            if message.state == MessageState.QUEUED:
                _queue_message(message)
        calls = list(
            WebhookCall.objects.select_for_update(of=("self",), skip_locked=True).filter(
                state=CallState.SENDING, claimed_at__lte=now - rules.CLAIM_LIMIT
            )[:BATCH]
        )
        for call in calls:
            call.state = CallState.QUEUED
            call.queue_job_id = defer_call(call.pk)
            call.save(update_fields=["state", "queue_job_id"])
    return len(rows) + len(calls)


@ticker("delivery.restore_lost", every=60.0)
def restore_lost(now: datetime) -> int:
    """Queue again what the queue does not know (a restored backup, a queue emptied by hand); returns how many."""
    with transaction.atomic():
        messages = Message.objects.select_for_update(of=("self",), skip_locked=True).filter(
            pk__in=_lost("delivery_message", now), state=MessageState.QUEUED
        )
        for message in messages:
            _queue_message(message)
        calls = WebhookCall.objects.select_for_update(of=("self",), skip_locked=True).filter(
            pk__in=_lost("delivery_webhookcall", now), state=CallState.QUEUED
        )
        for call in calls:
            call.queue_job_id = defer_call(call.pk)
            call.save(update_fields=["queue_job_id"])
        return len(messages) + len(calls)


@ticker("delivery.tidy", every=3600.0)
def tidy(now: datetime) -> int:
    """Forget webhook calls after ninety days (texts of messages go with the nightly round of retention)."""
    gone = WebhookCall.objects.filter(finished_at__lt=now - KEEP_CALLS).values_list("pk", flat=True)[:5000]
    return WebhookCall.objects.filter(pk__in=list(gone)).delete()[0]


def _queue_message(message: Message) -> None:
    message.queue_job_id = defer_message(message.pk)
    message.save(update_fields=["queue_job_id"])


def _lost(table: str, now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(LOST.format(table=table), [now - LOST_AFTER])
        return [row[0] for row in cursor.fetchall()]
