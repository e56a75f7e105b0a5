"""Given a mail server and a gateway of every temper, when messages are sent, then each leaves once or is in doubt."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, RuleBroken
from kefu.platform.access.models import User
from kefu.platform.delivery import rules, sending, services
from kefu.platform.delivery.choices import MessageState, OutcomeKind
from kefu.platform.delivery.models import Message, MessageAttempt, SmsGateway
from kefu.platform.delivery.testing import drain
from kefu.platform.delivery.tests.conftest import ADDRESS, PHONE, SYSTEM, mail, text
from kefu.platform.delivery.tests.outside import Mailbox, Receiver, drop, free_port, half
from kefu.platform.files.models import StoredFile
from kefu.platform.jobs import worker
from kefu.platform.jobs.testing import tick
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.privacy.registry import RETENTIONS, Holds

pytestmark = pytest.mark.django_db


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_mail_arrives_whole(mailbox: Mailbox, tmp_path: Any, settings: Any) -> None:
    settings.FILES_ROOT = tmp_path
    (tmp_path / "report").write_bytes(b"%PDF-1.7 report")
    file = StoredFile.objects.create(
        purpose="test",
        name="日报.pdf",
        content_type="application/pdf",
        size=15,
        sha256="0" * 64,
        path="report",
        created_at=clock.now(),
    )
    message = mail(attachments=[file])
    assert drain() == 1
    assert state(message) == MessageState.SENT
    [arrived] = mailbox.mails
    assert (arrived["Subject"], arrived["To"], arrived["From"]) == ("您好", ADDRESS, "客服中心 <centre@example.com>")
    assert arrived["Message-ID"] == f"<{message.uid}@example.com>"
    assert arrived.get_body(("plain",)).get_content().strip() == "请在 13912345678 联系我"  # type: ignore[union-attr]
    assert arrived.get_body(("html",)).get_content().strip() == "<p>您好</p>"  # type: ignore[union-attr]
    [attached] = arrived.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("日报.pdf", b"%PDF-1.7 report")


def test_asking_twice_is_asking_once(mailbox: Mailbox) -> None:
    first, second = mail("same"), mail("same", body="另一个内容")
    assert first.pk == second.pk
    drain()
    assert drain() == 0
    assert len(mailbox.mails) == 1
    assert second.content is not None
    assert second.content.body == "请在 13912345678 联系我"


def test_rolled_back_it_was_never_asked_for() -> None:
    with transaction.atomic():
        mail()
        transaction.set_rollback(True)
    assert (Message.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_the_text_is_not_readable_in_the_database(mailbox: Mailbox) -> None:
    mail()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM delivery_message m")
        row = cursor.fetchone()[0]
    for secret in ("您好", "13912345678", ADDRESS, "您好".encode().hex()):
        assert secret not in row


def test_the_server_says_later_then_takes_it(mailbox: Mailbox) -> None:
    mailbox.on_rcpt = "451 greylisted, come back"
    message = mail()
    drain()
    assert state(message) == MessageState.QUEUED
    assert message.next_attempt_at is not None
    assert message.next_attempt_at > clock.now()
    assert sending.process(message.pk) == message.next_attempt_at
    mailbox.on_rcpt = "250 OK"
    drain()
    assert state(message) == MessageState.SENT
    outcomes = list(MessageAttempt.objects.values_list("number", "outcome", "status"))
    assert outcomes == [(1, OutcomeKind.DEFERRED, 451), (2, OutcomeKind.SENT, 250)]


def test_the_server_never_wants_it(mailbox: Mailbox) -> None:
    mailbox.on_rcpt = "550 no such user"
    message = mail()
    drain()
    assert (state(message), message.error) == (MessageState.FAILED, "SMTP 550 no such user")
    assert StoredEvent.objects.get(code="delivery.message_failed").payload["message_id"] == message.pk
    mailbox.on_rcpt = "250 OK"
    assert services.retry_messages(actor=SYSTEM, ids=[message.pk]) == 1
    assert services.retry_messages(actor=SYSTEM, ids=[message.pk]) == 0
    drain()
    assert state(message) == MessageState.SENT


def test_nobody_listens(settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 2
    message = mail()
    for _attempt in range(rules.MAX_ATTEMPTS - 1):
        drain()
        assert state(message) == MessageState.QUEUED
    drain()
    assert (state(message), message.attempts) == (MessageState.FAILED, rules.MAX_ATTEMPTS)


def test_a_connection_that_breaks_after_the_text_leaves_doubt_and_is_not_repeated(mailbox: Mailbox) -> None:
    mailbox.drop_after_data = True
    message = mail()
    drain()
    assert state(message) == MessageState.UNKNOWN
    mailbox.drop_after_data = False
    assert drain() == 0
    tick("delivery.settle_interrupted", clock.now() + timedelta(hours=1))
    assert len(mailbox.mails) == 1
    assert StoredEvent.objects.get(code="delivery.message_in_doubt").payload["message_id"] == message.pk


def test_without_a_server_it_fails_with_a_reason(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    message = mail()
    drain()
    assert (state(message), message.error) == (MessageState.FAILED, "not_configured")


# crash between send and record


def interrupted(message: Message, *, repeatable: bool, ago: timedelta) -> None:
    """What a process leaves behind that was killed while it sent."""
    then = clock.now() - ago
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, claimed_at=then, attempts=1)
    MessageAttempt.objects.create(message=message, number=1, started_at=then, is_repeatable=repeatable)


def test_a_killed_sender_leaves_doubt_that_a_person_resolves(mailbox: Mailbox) -> None:
    message, other = mail("a"), mail("b")
    for each in (message, other):
        interrupted(each, repeatable=False, ago=timedelta(minutes=3))
    tick("delivery.settle_interrupted")
    assert (state(message), message.error) == (MessageState.UNKNOWN, "interrupted")
    assert sending.process(message.pk) is None
    assert drain() == 0
    assert mailbox.mails == []
    services.resolve_doubt(actor=SYSTEM, message_id=message.pk, arrived=False, reason="对方没有收到")
    services.resolve_doubt(actor=SYSTEM, message_id=other.pk, arrived=True, reason="对方已确认")
    drain()
    assert (state(message), state(other)) == (MessageState.SENT, MessageState.SENT)
    assert len(mailbox.mails) == 1
    with pytest.raises(RuleBroken):
        services.resolve_doubt(actor=SYSTEM, message_id=message.pk, arrived=True, reason="x")


def test_a_sender_that_may_still_be_alive_is_waited_for(mailbox: Mailbox) -> None:
    message = mail()
    interrupted(message, repeatable=False, ago=timedelta(seconds=30))
    tick("delivery.settle_interrupted")
    message.refresh_from_db()
    assert sending.process(message.pk) == message.claimed_at + rules.CLAIM_LIMIT  # type: ignore[operator]
    assert state(message) == MessageState.SENDING


def test_a_gateway_that_knows_repetitions_is_asked_again_with_the_same_key(
    gateway: SmsGateway, receiver: Receiver
) -> None:
    SmsGateway.objects.update(idempotency_header="X-Request-Id")
    receiver.answer = drop
    message = text()
    drain()
    assert state(message) == MessageState.QUEUED
    receiver.answer = (200, '{"code": 0}')
    interrupted_at = clock.now() - timedelta(minutes=3)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING, claimed_at=interrupted_at)
    tick("delivery.settle_interrupted")
    drain()
    assert state(message) == MessageState.SENT
    keys = [got.headers["x-request-id"] for got in receiver.got]
    assert keys == [f"{message.uid}-1"] * 2


def test_a_result_that_comes_late_still_counts(mailbox: Mailbox) -> None:
    message = mail()
    claimed = sending._claim(message.pk, clock.now())
    assert isinstance(claimed, sending.Claim)
    tick("delivery.settle_interrupted", clock.now() + timedelta(minutes=3))
    assert state(message) == MessageState.UNKNOWN
    sending._record(claimed, rules.Outcome(OutcomeKind.SENT, "ok"), clock.now())
    assert state(message) == MessageState.SENT


# SMS gateway


def test_the_gateway_gets_what_its_template_says(gateway: SmsGateway, receiver: Receiver) -> None:
    message = text(body='他说："好" {{secret}}\n第二行')
    drain()
    assert (state(message), message.provider_id) == (MessageState.SENT, "g-1")
    [got] = receiver.got
    assert json.loads(got.body) == {
        "to": PHONE,
        "content": '【客服】他说："好" {{secret}}\n第二行',
        "ref": f"{message.uid}-1",
    }
    assert got.headers["x-key"] == "top-secret"


@pytest.mark.parametrize("kind", ["form", "query"])
def test_pairs_are_encoded(gateway: SmsGateway, receiver: Receiver, kind: str) -> None:
    SmsGateway.objects.update(body_kind=kind, body="mobile={{phone}}\nmsg={{text}}", method="POST")
    text(body="a&b=c 好")
    drain()
    [got] = receiver.got
    expected = f"mobile={PHONE}&msg=a%26b%3Dc+%E5%A5%BD"
    assert (got.body.decode() if kind == "form" else got.path.partition("?")[2]) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, '{"code": 7, "msg": "number"}'), MessageState.FAILED),
        ((200, "not json"), MessageState.FAILED),
        ((400, "bad"), MessageState.FAILED),
        ((302, ""), MessageState.FAILED),
        ((429, "slow down"), MessageState.QUEUED),
        ((503, "later"), MessageState.QUEUED),
        ((500, "oops"), MessageState.UNKNOWN),
        ((502, "bad gateway"), MessageState.UNKNOWN),
        (drop, MessageState.UNKNOWN),
        (half, MessageState.UNKNOWN),
    ],
    ids=["refused", "no-json", "400", "302", "429", "503", "500", "502", "drop", "half"],
)
def test_what_an_answer_means(gateway: SmsGateway, receiver: Receiver, answer: Any, expected: str) -> None:
    receiver.answer, receiver.headers = answer, {"Location": receiver.url + "/elsewhere"}
    message = text()
    drain()
    assert state(message) == expected
    assert len(receiver.got) == 1


def test_a_gateway_that_answers_late_leaves_doubt(gateway: SmsGateway, receiver: Receiver) -> None:
    import threading

    released = threading.Event()
    SmsGateway.objects.update(timeout_seconds=1)
    receiver.answer = lambda handler: released.wait(10) and None  # type: ignore[assignment,return-value]
    message = text()
    drain()
    released.set()
    assert state(message) == MessageState.UNKNOWN


def test_the_gateway_must_not_lie_inside_the_network(gateway: SmsGateway, receiver: Receiver, settings: Any) -> None:
    settings.PRIVATE_TARGETS = []
    message = text()
    drain()
    assert (state(message), message.error, receiver.got) == (MessageState.FAILED, "forbidden_target", [])


def test_settings_that_cannot_work_are_refused(gateway: SmsGateway) -> None:
    for values, field in (
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"body": "{broken"}, "body"),
        ({"body": '{"to": "{{phone}}"}'}, "body"),
        ({"body": '{"to": "{{phone}}{{text}}{{who}}"}'}, "body"),
        ({"headers": {"Bad Name": "x"}}, "headers"),
        ({"headers": {"X": "a\nb"}}, "headers"),
        ({"success_value": ""}, "success_path"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"idempotency_header": "a b"}, "idempotency_header"),
    ):
        with pytest.raises(InvalidInput) as caught:
            services.save_gateway(actor=SYSTEM, values=values)
        assert list(caught.value.errors) == [field], values
    assert SmsGateway.objects.get().version == 1


def test_the_secret_is_sealed_and_kept(gateway: SmsGateway) -> None:
    assert b"top-secret" not in bytes(gateway.sealed_secret or b"")
    services.save_gateway(actor=SYSTEM, values={"timeout_seconds": 5})
    assert SmsGateway.objects.get().secret == "top-secret"
    services.save_gateway(actor=SYSTEM, values={}, secret="")
    assert SmsGateway.objects.get().secret == ""


# rights


def test_without_the_right_nothing_changes(gateway: SmsGateway, mailbox: Mailbox) -> None:
    nobody = User.objects.create(username="wu", display_name="wu").as_actor()
    message = mail()
    Message.objects.update(state=MessageState.UNKNOWN)
    before = list(Message.objects.values())
    for attempt in (
        lambda who: services.retry_messages(actor=who, ids=[message.pk]),
        lambda who: services.resolve_doubt(actor=who, message_id=message.pk, arrived=True, reason="x"),
        lambda who: services.discard_message(actor=who, message_id=message.pk, reason="x"),
        lambda who: services.save_gateway(actor=who, values={"is_active": False}),
        lambda who: services.send_test(actor=who, channel="mail", to=ADDRESS),
    ):
        with pytest.raises(Denied):
            attempt(nobody)
    assert list(Message.objects.values()) == before
    assert SmsGateway.objects.get().is_active


def test_a_test_message_is_sent_and_logged(mailbox: Mailbox) -> None:
    with pytest.raises(InvalidInput):
        services.send_test(actor=SYSTEM, channel="mail", to="nobody")
    message = services.send_test(actor=SYSTEM, channel="mail", to=ADDRESS)
    drain()
    assert (state(message), message.origin, len(mailbox.mails)) == (MessageState.SENT, "delivery.test", 1)
    with pytest.raises(RuleBroken):
        services.send_test(actor=SYSTEM, channel="sms", to=PHONE)


def test_discarding_needs_a_reason_and_an_open_end(mailbox: Mailbox) -> None:
    message = mail()
    with pytest.raises(InvalidInput):
        services.discard_message(actor=SYSTEM, message_id=message.pk, reason=" ")
    services.discard_message(actor=SYSTEM, message_id=message.pk, reason="不再需要")
    assert drain() == 0
    assert sending.process(message.pk) is None
    with pytest.raises(RuleBroken):
        services.discard_message(actor=SYSTEM, message_id=message.pk, reason="x")
    assert mailbox.mails == []


def test_texts_are_forgotten_after_their_time(mailbox: Mailbox) -> None:
    message = mail()
    drain()
    texts, now = RETENTIONS.get("delivery.texts"), clock.now()
    held = Holds(subjects=frozenset({("caller", bytes(message.to_token).hex())}))
    assert texts.erase(now - timedelta(minutes=5), Holds(), 10) == 0
    assert texts.erase(now + timedelta(minutes=5), held, 10) == 0
    message.refresh_from_db()
    assert message.content is not None
    assert texts.erase(now + timedelta(minutes=5), Holds(), 10) == 1
    message.refresh_from_db()
    assert (message.content, message.body_length) == (None, 18)


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_what_was_committed_and_what_the_queue_lost(mailbox: Mailbox) -> None:
    first, second = mail("a"), mail("b")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [second.queue_job_id])
    worker.run_waiting()
    assert (state(first), state(second)) == (MessageState.SENT, MessageState.QUEUED)
    tick("delivery.restore_lost", clock.now() + timedelta(minutes=3))
    worker.run_waiting()
    assert state(second) == MessageState.SENT
    assert len(mailbox.mails) == 2


def test_an_unknown_channel_or_key_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        services.send(channel="pigeon", to_token=b"x", subject="", body="", dedupe_key="k")
    with pytest.raises(ValueError, match="dedupe key"):
        services.send(channel="mail", to_token=b"x", subject="", body="", dedupe_key="")


def test_nobody_is_an_actor_here() -> None:
    with pytest.raises(Exception, match="请先登录"):
        services.retry_messages(actor=Actor.anonymous(), ids=[])
