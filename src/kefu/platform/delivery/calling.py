"""Making webhook calls: claimed, made, recorded. A receiver knows a repetition, so what was interrupted is repeated."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from kefu.kernel import clock
from kefu.platform.delivery import rules
from kefu.platform.delivery.adapters import webhooks
from kefu.platform.delivery.choices import CallState, EndpointState, OutcomeKind
from kefu.platform.delivery.events import EndpointPaused
from kefu.platform.delivery.models import WebhookCall, WebhookEndpoint
from kefu.platform.delivery.rules import Outcome
from kefu.platform.outbox.services import publish

logger = logging.getLogger(__name__)


def process(call_id: int) -> datetime | None:
    """Make the next attempt of a call; returns when to come back, ``None`` when there is nothing more to do."""
    now = clock.now()
    claimed = _claim(call_id, now)
    if not isinstance(claimed, WebhookCall):
        return claimed
    endpoint = claimed.endpoint
    try:
        outcome, took = webhooks.make(claimed, url=endpoint.url, secret=endpoint.secret, now=clock.now())
    except Exception:
        logger.exception("webhook call %s failed", claimed.uid)
        outcome, took = Outcome(OutcomeKind.DEFERRED, "internal_error"), None
    return _record(claimed, outcome, took, clock.now())


def _claim(call_id: int, now: datetime) -> WebhookCall | datetime | None:
    with transaction.atomic(durable=True):
        call = WebhookCall.objects.select_for_update(of=("self",)).select_related("endpoint").filter(pk=call_id).first()
        if call is None:
            return None
        if call.state == CallState.SENDING and call.claimed_at is not None:
            if not rules.is_abandoned(call.claimed_at, now):
                return call.claimed_at + rules.CLAIM_LIMIT
            call.state = CallState.QUEUED
        if call.state != CallState.QUEUED:
            return None
        if call.next_attempt_at is not None and call.next_attempt_at > now:
            return call.next_attempt_at
        if call.endpoint.removed_at is not None:
            call.state, call.finished_at, call.error = CallState.FAILED, now, "endpoint_removed"
        elif call.endpoint.state != EndpointState.ACTIVE:
            call.state = CallState.HELD
        else:
            call.state, call.claimed_at, call.attempts = CallState.SENDING, now, call.attempts + 1
        call.save(update_fields=["state", "claimed_at", "attempts", "finished_at", "error"])
        return call if call.state == CallState.SENDING else None


def _record(claimed: WebhookCall, outcome: Outcome, took: float | None, now: datetime) -> datetime | None:
    with transaction.atomic():
        # Always the endpoint before its calls: a pause and a call that ends then never wait for each other.
        endpoint = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=claimed.endpoint_id)
        call = WebhookCall.objects.select_for_update(of=("self",)).get(pk=claimed.pk)
        if call.state != CallState.SENDING or call.attempts != claimed.attempts:
            return None
        call.status, call.took_seconds = outcome.status, took
        call.error = "" if outcome.kind == OutcomeKind.SENT else outcome.detail
        call.next_attempt_at = None
        if outcome.kind == OutcomeKind.SENT:
            call.state, call.finished_at = CallState.DELIVERED, now
        else:
            if outcome.kind == OutcomeKind.DEFERRED:
                call.next_attempt_at = rules.next_attempt_at(
                    now, call.attempts, spread=rules.spread_of(str(call.uid)), retry_after=outcome.retry_after
                )
            if call.next_attempt_at is None:
                call.state, call.finished_at = CallState.FAILED, now
            else:
                call.state = CallState.QUEUED
        call.save(
            update_fields=["status", "took_seconds", "error", "next_attempt_at", "state", "finished_at"],
        )
        _count(endpoint, outcome, now)
        return call.next_attempt_at


def _count(endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    """Remember success, or pause an endpoint that has failed too often or says that it is gone (410)."""
    if outcome.kind == OutcomeKind.SENT:
        endpoint.failed_in_a_row, endpoint.last_delivered_at = 0, now
        endpoint.save(update_fields=["failed_in_a_row", "last_delivered_at"])
        return
    endpoint.failed_in_a_row += 1
    gone = outcome.status == 410
    if endpoint.state == EndpointState.ACTIVE and (gone or rules.pauses_endpoint(endpoint.failed_in_a_row)):
        endpoint.state, endpoint.paused_at = EndpointState.FAILING, now
        publish(EndpointPaused(endpoint_id=endpoint.pk, failed_in_a_row=endpoint.failed_in_a_row))
    endpoint.save(update_fields=["failed_in_a_row", "state", "paused_at"])
