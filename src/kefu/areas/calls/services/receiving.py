"""Pushed events: the signed webhook and the HTTP batch.

A webhook is signed with HMAC-SHA-256 over ``<time stamp>.<body>`` under the source's secret. A delivery is accepted
once: receipt and lines are stored in one transaction, so that a sender who got no answer may send again and is told
``replayed`` exactly when everything was stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.choices import LinkState, SourceKind
from kefu.areas.calls.engine.webhook import MOST_EVENTS, EventFault, event_line
from kefu.areas.calls.models import Source, WebhookReceipt
from kefu.areas.calls.services.intake import Refused, take_in
from kefu.areas.calls.services.secrets import secret_of
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, KefuError, NotFound, RuleBroken
from kefu.platform.access.services import authorise

SKEW = timedelta(minutes=5)
KEPT = 2 * SKEW
LARGEST_BODY = 2 * 1024 * 1024
FAULTS_SHOWN = 200


class NotSigned(KefuError):
    """The delivery does not prove that it comes from the source."""

    code = "bad_signature"
    status = 401


@dataclass(frozen=True, slots=True)
class EventProblem:
    """An event of a delivery that was set aside."""

    index: int
    code: str
    field: str
    reason: str


@dataclass(slots=True)
class Received:
    """What came of a delivery: events in it, new ones, those set aside, and why (the first few hundred)."""

    events: int = 0
    new: int = 0
    set_aside: int = 0
    faults: list[EventProblem] = field(default_factory=list)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that a sender puts into ``X-Kefu-Signature``."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def receive_webhook(*, code: str, timestamp: str, signature: str, body: bytes, now: datetime) -> Received:
    """Check the signature of a delivery and take its events in.

    Raises ``NotSigned`` (unknown source, wrong signature, stale time stamp), ``Conflict`` (replayed), ``InvalidInput``
    (signed, but not what an event feed looks like); nothing is stored then.
    """
    source = Source.objects.filter(code=code[:40], kind=SourceKind.EVENTS, is_active=True).first()
    given = signature.removeprefix("sha256=").lower()
    _require_fresh(timestamp, now)
    secret = secret_of(source) if source is not None else ""
    expected = sign(secret or "no secret", timestamp, body)
    if source is None or not secret or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise NotSigned(_("签名不正确：请核对话务源编码、密钥和签名算法（HMAC-SHA256，时间戳.正文）。"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO calls_webhookreceipt (source_id, signature, received_at) VALUES (%s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                [source.pk, bytes.fromhex(expected), now],
            )
            if cursor.rowcount == 0:
                raise Conflict(_("这次推送已经收到并保存过，无需重发。"), code="replayed")
        received = _take_in(Actor.system(f"webhook:{source.code}"), source, "webhook", _parse(body))
        Source.objects.filter(pk=source.pk).exclude(link_state=LinkState.UP).update(
            link_state=LinkState.UP, last_error=""
        )
    return received


def receive_batch(*, actor: Actor, code: str, events: Sequence[Any]) -> Received:
    """Take in the events that a program with the permission to feed sends; faulty ones are set aside and listed."""
    authorise(actor, permissions.SOURCE_FEED)
    source = Source.objects.filter(code=code[:40], is_active=True).first()
    if source is None:
        raise NotFound(_("没有编码为“%(code)s”的话务源。") % {"code": code[:40]})
    if source.kind != SourceKind.EVENTS:
        raise RuleBroken(
            _("该话务源不接收事件推送；请在“话务源”页面新建一个“事件推送”类型的话务源。"), code="wrong_kind"
        )
    _require_number(events)
    with transaction.atomic():
        return _take_in(actor, source, f"api:{actor.label}", events)


def drop_old_receipts(now: datetime) -> int:
    """Forget receipts whose time stamp would be refused anyway; returns how many."""
    return WebhookReceipt.objects.filter(received_at__lt=now - KEPT).delete()[0]


def _require_fresh(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise NotSigned(_("缺少时间戳：请在 X-Kefu-Timestamp 里写当前的秒数。"), code="bad_timestamp")
    if abs(now.timestamp() - int(timestamp)) > SKEW.total_seconds():
        raise NotSigned(_("时间戳与服务器时间相差超过 5 分钟：请校准时钟后重新签名发送。"), code="stale_timestamp")


def _parse(body: bytes) -> Sequence[Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput(_("正文不是有效的 JSON。"), code="bad_json") from None
    events = document.get("events") if isinstance(document, dict) and "events" in document else document
    if isinstance(events, dict):
        events = [events]
    if not isinstance(events, list):
        raise InvalidInput(_('正文应为一个事件、事件数组，或 {"events": […]}。'), field="events")
    _require_number(events)
    return events


def _require_number(events: Sequence[Any]) -> None:
    if not events:
        raise InvalidInput(_("没有任何事件。"), field="events", code="no_events")
    if len(events) > MOST_EVENTS:
        raise InvalidInput(_("一次最多 %(most)s 个事件，请分批发送。") % {"most": MOST_EVENTS}, field="events")


def _take_in(actor: Actor, source: Source, origin: str, events: Sequence[Any]) -> Received:
    received = Received(events=len(events))

    def lines() -> Iterator[str | Refused]:
        for index, event in enumerate(events):
            try:
                yield event_line(event)
            except EventFault as fault:
                reason = _(fault.reason)
                if len(received.faults) < FAULTS_SHOWN:
                    received.faults.append(EventProblem(index, fault.code, fault.field, reason))
                text = json.dumps(event, ensure_ascii=True, default=str)[:4000]
                shown = f"{fault.field}: {reason}" if fault.field else reason
                yield Refused(text, fault.code, shown, index + 1)

    intake = take_in(actor=actor, source=source, origin=origin, lines=lines())
    received.new, received.set_aside = intake.new, intake.set_aside
    return received
