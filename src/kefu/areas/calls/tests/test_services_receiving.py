"""Pushed events: only a fresh, rightly signed, unseen delivery is stored; everything else leaves no trace."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kefu.areas.calls.models import RawBatch, RawEvent, RawFault, Source, WebhookReceipt
from kefu.areas.calls.services import ensure_source, receive_batch, receive_webhook, rotate_secret
from kefu.areas.calls.services.receiving import NotSigned, drop_old_receipts, sign
from kefu.areas.calls.services.secrets import secret_of
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput, KefuError, NotFound, RuleBroken
from kefu.platform.partitions import monthly
from kefu.platform.privacy.services import remaining, rotate

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
EVENTS = [
    {"at": "2026-11-20T09:00:00+08:00", "type": "queued", "call": "c-1", "queue": "vip", "data": {"caller": "138"}},
    {"at": "2026-11-20T09:00:08+08:00", "type": "answered", "call": "c-1", "queue": "vip", "agent": "8001"},
]
BODY = json.dumps({"events": EVENTS}).encode()
NOBODY = Actor(kind=ActorKind.USER, label="nobody", user_id=10**9)


@pytest.fixture
def crm(db: None, system: Actor) -> Any:
    monthly.forget()
    yield ensure_source(actor=system, code="crm", kind="events")
    monthly.forget()


@pytest.fixture
def secret(crm: Source, system: Actor) -> str:
    return rotate_secret(actor=system, source=crm)


def stored() -> tuple[int, int, int, int]:
    return (
        RawEvent.objects.count(), RawFault.objects.count(), RawBatch.objects.count(), WebhookReceipt.objects.count(),
    )  # fmt: skip


def push(secret: str, body: bytes = BODY, **changes: Any) -> Any:
    given = {"code": "crm", "timestamp": STAMP, "signature": sign(secret, STAMP, body), "body": body, "now": NOW}
    return receive_webhook(**(given | changes))


def test_a_signed_delivery_is_stored_and_brings_the_link_up(crm: Source, secret: str) -> None:
    received = push(secret)

    assert (received.events, received.new, received.set_aside) == (2, 2, 0)
    crm.refresh_from_db()
    assert (crm.link_state, crm.last_occurred_at) == ("up", datetime(2026, 11, 20, 1, 0, 8, tzinfo=UTC))


def test_the_same_events_signed_anew_are_known(crm: Source, secret: str) -> None:
    push(secret)
    later = NOW + timedelta(seconds=30)
    stamp = str(int(later.timestamp()))

    again = push(secret, timestamp=stamp, signature="sha256=" + sign(secret, stamp, BODY).upper(), now=later)
    assert (again.events, again.new) == (2, 0)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"signature": ""}, NotSigned, "bad_signature"),
        ({"signature": "0" * 64}, NotSigned, "bad_signature"),
        ({"signature": "签名"}, NotSigned, "bad_signature"),
        ({"body": BODY + b" "}, NotSigned, "bad_signature"),
        ({"code": "nobody"}, NotSigned, "bad_signature"),
        ({"timestamp": ""}, NotSigned, "bad_timestamp"),
        ({"timestamp": "soon"}, NotSigned, "bad_timestamp"),
        ({"timestamp": "²"}, NotSigned, "bad_timestamp"),
        ({"timestamp": "9" * 40}, NotSigned, "bad_timestamp"),
        ({"now": NOW + timedelta(minutes=5, seconds=1)}, NotSigned, "stale_timestamp"),
        ({"now": NOW - timedelta(minutes=5, seconds=1)}, NotSigned, "stale_timestamp"),
    ],
)
def test_what_is_not_rightly_signed_is_refused_and_leaves_no_trace(
    crm: Source, secret: str, changes: dict[str, Any], error: type[KefuError], code: str
) -> None:
    given = {"signature": sign(secret, STAMP, BODY), "body": BODY} | changes
    with pytest.raises(error) as refusal:
        receive_webhook(**({"code": "crm", "timestamp": STAMP, "now": NOW} | given))

    assert (refusal.value.code, refusal.value.status) == (code, 401)
    assert stored() == (0, 0, 0, 0)


def test_a_replayed_delivery_is_a_conflict_and_changes_nothing(crm: Source, secret: str) -> None:
    push(secret)
    before = stored()

    with pytest.raises(Conflict) as refusal:
        push(secret)
    assert (refusal.value.code, refusal.value.status) == ("replayed", 409)
    assert stored() == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"5", b'"x"', b"[]", b'{"events": 5}', b'{"events": []}', b"\xff", b"[" * 50_000,
             json.dumps([{}] * 5001).encode()],
)  # fmt: skip
def test_a_signed_body_that_is_no_feed_is_refused_and_may_be_mended_and_sent_again(
    crm: Source, secret: str, body: bytes
) -> None:
    with pytest.raises(InvalidInput):
        push(secret, body)
    assert stored() == (0, 0, 0, 0)


def test_faulty_events_are_listed_and_set_aside_while_the_others_are_stored(crm: Source, secret: str) -> None:
    body = json.dumps([EVENTS[0], {"type": "danced", "at": 1795136400}, "nonsense", EVENTS[1]]).encode()
    received = push(secret, body)

    assert (received.events, received.new, received.set_aside) == (4, 2, 2)
    assert [(fault.index, fault.code, fault.field) for fault in received.faults] == [
        (1, "unknown_type", "type"), (2, "not_an_object", ""),
    ]  # fmt: skip
    assert list(RawFault.objects.order_by("line_number").values_list("line_number", "code")) == [
        (2, "unknown_type"), (3, "not_an_object"),
    ]  # fmt: skip


def test_a_new_secret_puts_the_old_one_out_of_use(crm: Source, secret: str, system: Actor) -> None:
    fresh = rotate_secret(actor=system, source=crm)

    with pytest.raises(NotSigned):
        push(secret)
    assert push(fresh).new == 2


def test_the_secret_is_kept_encrypted_and_bound_to_its_source(crm: Source, secret: str, system: Actor) -> None:
    crm.refresh_from_db()
    assert secret.encode() not in bytes(crm.secret or b"")
    assert secret_of(crm) == secret
    other = ensure_source(actor=system, code="other", kind="events")
    other.secret = crm.secret
    with pytest.raises(Exception, match="changed or belongs"):
        secret_of(other)


def test_a_source_without_a_secret_or_switched_off_accepts_nothing(crm: Source) -> None:
    with pytest.raises(NotSigned):
        push("")
    Source.objects.update(is_active=False)
    with pytest.raises(NotSigned):
        push("no secret")
    assert stored() == (0, 0, 0, 0)


def test_old_receipts_are_forgotten_when_their_time_stamp_is_stale_anyway(crm: Source, secret: str) -> None:
    push(secret)
    assert drop_old_receipts(NOW + timedelta(minutes=10)) == 0
    assert drop_old_receipts(NOW + timedelta(minutes=10, seconds=1)) == 1


def test_a_batch_needs_the_right_to_feed_and_the_right_kind_of_source(crm: Source, system: Actor, pbx: Source) -> None:
    assert receive_batch(actor=system, code="crm", events=EVENTS).new == 2
    before = stored()
    with pytest.raises(Denied):
        receive_batch(actor=NOBODY, code="crm", events=EVENTS)
    with pytest.raises(NotFound):
        receive_batch(actor=system, code="nobody", events=EVENTS)
    with pytest.raises(RuleBroken):
        receive_batch(actor=system, code="pbx1", events=EVENTS)
    with pytest.raises(InvalidInput):
        receive_batch(actor=system, code="crm", events=[])
    assert stored() == before


def test_a_new_data_key_seals_the_secrets_of_sources_anew(secret: str, settings: Any, system: Actor) -> None:
    settings.DATA_KEY, settings.DATA_KEYS_PREVIOUS = "another data key", [settings.DATA_KEY]
    assert remaining() == 1

    assert rotate(actor=system) == 1

    assert remaining() == 0
    settings.DATA_KEYS_PREVIOUS = []
    assert secret_of(Source.objects.get(code="crm")) == secret
    assert push(secret).new == 2
