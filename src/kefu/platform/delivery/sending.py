"""Claim, send, record: three steps of which only the middle one touches the outside, outside of any transaction.

The claim (an attempt without an end) is committed before anything leaves. A process that dies afterwards leaves it
behind; what then happens depends on whether the channel knows a repetition when it sees one. If it does, the message
is sent again under the same key; if not, its state is ``unknown`` until a person has looked.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kefu.kernel import clock
from kefu.platform.delivery import rules, transports
from kefu.platform.delivery.choices import MessageState, OutcomeKind
from kefu.platform.delivery.events import MessageFailed, MessageInDoubt
from kefu.platform.delivery.models import Message, MessageAttempt
from kefu.platform.delivery.rules import Outcome
from kefu.platform.outbox.services import publish

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make one attempt."""

    message: Message
    attempt: MessageAttempt


def process(message_id: int) -> datetime | None:
    """Make the next attempt of a message; returns when to come back, ``None`` when there is nothing more to do."""
    claimed = _claim(message_id, clock.now())
    if not isinstance(claimed, Claim):
        return claimed
    try:
        outcome = transports.send(claimed.message)
    except Exception:
        # Whatever went wrong in our own code went wrong at an unknown point of the way.
        logger.exception("message %s: sending failed", claimed.message.uid)
        outcome = Outcome(OutcomeKind.UNKNOWN, "internal_error")
    return _record(claimed, outcome, clock.now())


def _claim(message_id: int, now: datetime) -> Claim | datetime | None:
    """Write the attempt down and commit it. Another's claim that is too old is settled instead."""
    with transaction.atomic(durable=True):
        message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
        if message is None:
            return None
        if message.state == MessageState.SENDING and message.claimed_at is not None:
            if not rules.is_abandoned(message.claimed_at, now):
                return message.claimed_at + rules.CLAIM_LIMIT
            settle(message, now)
        if message.state != MessageState.QUEUED:
            return None
        if message.next_attempt_at is not None and message.next_attempt_at > now:
            return message.next_attempt_at
        message.state = MessageState.SENDING
        message.claimed_at = now
        message.attempts += 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
        attempt = MessageAttempt.objects.create(
            message=message,
            number=MessageAttempt.objects.filter(message=message).count() + 1,
            is_repeatable=transports.is_repeatable(message),
            started_at=now,
        )
    return Claim(message, attempt)


def _record(claimed: Claim, outcome: Outcome, now: datetime) -> datetime | None:
    """Complete the attempt; the message follows unless somebody has decided about it meanwhile."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=claimed.message.pk)
        attempt = claimed.attempt
        attempt.finished_at = max(now, attempt.started_at)
        attempt.outcome, attempt.status, attempt.detail = outcome.kind, outcome.status, outcome.detail
        attempt.save(update_fields=["finished_at", "outcome", "status", "detail"])
        newest = not MessageAttempt.objects.filter(message=message, number__gt=attempt.number).exists()
        if not newest or message.state not in (MessageState.SENDING, MessageState.UNKNOWN):
            logger.warning("message %s: attempt %s ended late: %s", message.uid, attempt.number, outcome.kind)
            return None
        apply(message, outcome, now, repeatable=attempt.is_repeatable)
        return message.next_attempt_at if message.state == MessageState.QUEUED else None


def settle(message: Message, now: datetime) -> None:
    """Decide about a message (locked by the caller) whose sender has died: repeat it if that is safe, else doubt it."""
    last = MessageAttempt.objects.filter(message=message).order_by("-number").first()
    repeatable = last is not None and last.is_repeatable and transports.is_repeatable(message)
    apply(message, Outcome(OutcomeKind.UNKNOWN, "interrupted"), now, repeatable=repeatable)


def apply(message: Message, outcome: Outcome, now: datetime, *, repeatable: bool) -> None:
    """Carry what is known of an attempt over to its message (locked by the caller) and save it."""
    message.error = "" if outcome.kind == OutcomeKind.SENT else outcome.detail
    message.provider_id = outcome.provider_id or message.provider_id
    message.next_attempt_at = message.finished_at = None
    kind = outcome.kind
    if kind == OutcomeKind.UNKNOWN and repeatable:
        kind = OutcomeKind.DEFERRED
    if kind == OutcomeKind.SENT:
        message.state, message.finished_at = MessageState.SENT, now
    elif kind == OutcomeKind.UNKNOWN:
        message.state = MessageState.UNKNOWN
    else:
        again_at = None
        if kind == OutcomeKind.DEFERRED:
            again_at = rules.next_attempt_at(
                now, message.attempts, spread=rules.spread_of(str(message.uid)), retry_after=outcome.retry_after
            )
        if again_at is not None:
            message.state, message.next_attempt_at = MessageState.QUEUED, again_at
        elif outcome.kind == OutcomeKind.UNKNOWN:
            # Even the last repetition may have arrived.
            message.state = MessageState.UNKNOWN
        else:
            message.state, message.finished_at = MessageState.FAILED, now
    message.save(update_fields=["state", "error", "provider_id", "next_attempt_at", "finished_at"])
    if message.state == MessageState.UNKNOWN:
        publish(MessageInDoubt(message_id=message.pk, channel=message.channel, origin=message.origin))
    elif message.state == MessageState.FAILED:
        publish(MessageFailed(message_id=message.pk, channel=message.channel, origin=message.origin))
