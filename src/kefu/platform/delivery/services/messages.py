"""Asking for a message, and a person's decisions about one that did not arrive."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.delivery.choices import Channel, MessageState
from kefu.platform.delivery.models import Message, MessageFile
from kefu.platform.delivery.models.messages import Content
from kefu.platform.delivery.permissions import MESSAGE_MANAGE
from kefu.platform.delivery.tasks import defer_message
from kefu.platform.files.models import StoredFile
from kefu.platform.privacy import sealing

LONGEST_KEY = 200


def send(
    *,
    channel: str,
    to_token: bytes,
    subject: str,
    body: str,
    html: str = "",
    dedupe_key: str,
    attachments: Iterable[StoredFile] = (),
    origin: str = "",
) -> Message:
    """Ask for one message in the caller's transaction: rolled back, it was never asked for.

    ``to_token`` is the vault's token of a mail address or telephone number. A second request with the same
    ``dedupe_key`` returns the first message and changes nothing. Internal: the caller has authorised whoever
    caused it. Raises ``ValueError`` for an unknown channel or an unusable key.
    """
    channel = Channel(channel).value
    if not dedupe_key or len(dedupe_key) > LONGEST_KEY:
        raise ValueError(f"a dedupe key has 1 to {LONGEST_KEY} characters: {dedupe_key!r}")
    uid = uuid.uuid4()
    message = Message(
        uid=uid,
        channel=channel,
        to_token=bytes(to_token),
        dedupe_key=dedupe_key,
        origin=origin[:200],
        body_length=len(body),
        created_at=clock.now(),
    )
    content = json.dumps(asdict(Content(subject=subject, body=body, html=html)), ensure_ascii=False)
    message.sealed = sealing.seal(content, message.seal_context)
    with transaction.atomic():
        # Whoever comes second waits here for the first to commit, and then writes nothing.
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = Message.objects.get(dedupe_key=dedupe_key)
        if kept.uid != uid:
            return kept
        MessageFile.objects.bulk_create([MessageFile(message=kept, file=file) for file in attachments])
        _defer(kept)
    return kept


def retry_messages(*, actor: Actor, ids: Iterable[int]) -> int:
    """Send failed messages again, with all their attempts; returns how many. Others are left alone."""
    access.authorise(actor, MESSAGE_MANAGE)
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",)).filter(
            pk__in=list(ids), state=MessageState.FAILED, sealed__isnull=False
        )
        failed = list(rows)
        for message in failed:
            _send_again(message)
            _audit(actor, "retry", message)
    return len(failed)


def resolve_doubt(*, actor: Actor, message_id: int, arrived: bool, reason: str) -> Message:
    """Decide about a message of which nobody knows whether it left: it ``arrived``, or it is sent again."""
    access.authorise(actor, MESSAGE_MANAGE)
    reason = _reason(reason)
    with transaction.atomic():
        message = _locked(message_id)
        if message.state != MessageState.UNKNOWN:
            raise RuleBroken(_("这条消息的结果已经明确，不需要再确认。"), code="message_not_in_doubt")
        if arrived:
            message.state, message.finished_at, message.note = MessageState.SENT, clock.now(), reason
            message.save(update_fields=["state", "finished_at", "note"])
        else:
            message.note = reason
            message.save(update_fields=["note"])
            _send_again(message)
        _audit(actor, "confirm" if arrived else "resend", message, reason=reason)
    return message


def discard_message(*, actor: Actor, message_id: int, reason: str) -> Message:
    """Give up a message that failed, is in doubt or still waits."""
    access.authorise(actor, MESSAGE_MANAGE)
    reason = _reason(reason)
    with transaction.atomic():
        message = _locked(message_id)
        if message.state not in (MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUEUED):
            raise RuleBroken(_("这条消息正在发送或已经结束，无法放弃。"), code="message_closed")
        message.state, message.finished_at, message.note = MessageState.DISCARDED, clock.now(), reason
        message.next_attempt_at = None
        message.save(update_fields=["state", "finished_at", "note", "next_attempt_at"])
        _audit(actor, "discard", message, reason=reason)
    return message


def _send_again(message: Message) -> None:
    message.state = MessageState.QUEUED
    message.round += 1
    message.attempts = 0
    message.finished_at = message.next_attempt_at = None
    message.save(update_fields=["state", "round", "attempts", "finished_at", "next_attempt_at"])
    _defer(message)


def _defer(message: Message) -> None:
    message.queue_job_id = defer_message(message.pk)
    message.save(update_fields=["queue_job_id"])


def _locked(message_id: int) -> Message:
    message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise NotFound(_("没有这条消息。"))
    return message


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("请写明原因。"), field="reason")
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    return reason


def _audit(actor: Actor, verb: str, message: Message, *, reason: str = "") -> None:
    auditing.record(
        actor=actor,
        action=f"delivery.message:{verb}",
        target=f"delivery.message:{message.pk}",
        after={"channel": message.channel, "state": message.state, "round": message.round},
        reason=reason,
    )
