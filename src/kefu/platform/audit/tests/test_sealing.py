"""The chain: no gap, no lock on its head, and nothing changed goes unnoticed."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections, transaction

from kefu.kernel import auditing
from kefu.kernel.actor import Actor, ActorKind
from kefu.platform.audit import queries, rules, services
from kefu.platform.audit.cli import group
from kefu.platform.audit.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ACTOR = Actor(kind=ActorKind.USER, label="k1", user_id=7, ip="10.0.0.1", session_key="s" * 32)


def record(number: int) -> None:
    auditing.record(
        actor=ACTOR,
        action="test.thing:change",
        target=f"test.thing:{number}",
        before={"b": 1, "a": "旧", "ratio": 0.1},
        after={"n": number, "list": [1, 2.5, None, True]},
        reason="测试",
        node_id=3,
    )


def tamper(sql: str) -> None:
    """Change the table as somebody with full rights over the database could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_auditseal DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_auditseal ENABLE TRIGGER USER")


def test_record_keeps_everything_but_the_session_key() -> None:
    record(1)
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_label, entry.user_id, entry.ip) == ("user", "k1", 7, "10.0.0.1")
    assert entry.session == services.session_mark("s" * 32)
    assert "s" * 32 not in entry.session
    assert (entry.action, entry.target, entry.node_id) == ("test.thing:change", "test.thing:1", 3)
    assert entry.before == {"b": 1, "a": "旧", "ratio": 0.1}
    assert entry.seq is None


def test_seal_chains_in_batches_and_verify_agrees() -> None:
    for number in range(7):
        record(number)
    assert queries.verify() == queries.Verdict(True, 0, 7, rules.GENESIS.hex())
    assert services.seal(NOW, batch=3) == 7
    record(8)
    verdict = queries.verify()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 7, 1)
    assert list(AuditEntry.objects.order_by("id").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6, 7, None]
    assert AuditSeal.objects.count() == 3
    assert services.seal(NOW + timedelta(seconds=3)) == 1
    assert services.seal(NOW + timedelta(seconds=6)) == 0
    assert queries.verify().sealed == 8


def test_an_entry_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        record(1)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET actor_label = 'somebody'",
        "UPDATE audit_auditentry SET seq = 9, hash = 'x', previous = 'y', sealed_at = now(), reason = ''",
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditseal",
        "UPDATE audit_auditseal SET last_seq = 99",
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_the_database_refuses_changes(sql: str, sealed: bool) -> None:
    record(1)
    if sealed:
        services.seal(NOW)
    elif "auditseal" in sql:
        pytest.skip("there is no seal yet")
    before = list(AuditEntry.objects.values())
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.values()) == before
    assert queries.verify().ok


def test_nobody_can_insert_a_sealed_entry() -> None:
    with pytest.raises(DatabaseError):
        AuditEntry.objects.create(
            at=NOW, actor_kind="user", actor_label="x", action="a", target="b",
            seq=1, previous=b"", hash=b"", sealed_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "broken_seq", "why"),
    [
        ("UPDATE audit_auditentry SET actor_label = 'somebody' WHERE seq = 3", 3, "changed"),
        ("UPDATE audit_auditentry SET after = '{\"n\": 99}' WHERE seq = 1", 1, "changed"),
        ("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE seq = 2", 2, "changed"),
        ("UPDATE audit_auditentry SET previous = hash WHERE seq = 4", 4, "unlinked"),
        ("DELETE FROM audit_auditentry WHERE seq = 2", 3, "gap"),
        ("DELETE FROM audit_auditentry WHERE seq = 5", 5, "tail_missing"),
        ("DELETE FROM audit_auditseal", 6, "tail_missing"),
    ],
)
def test_verify_finds_the_first_broken_row(sql: str, broken_seq: int, why: str) -> None:
    for number in range(5):
        record(number)
    services.seal(NOW)
    tamper(sql)
    verdict = queries.verify()
    assert (verdict.ok, verdict.broken_seq, verdict.why) == (False, broken_seq, why)


def test_the_command_answers_and_exits_by_the_verdict() -> None:
    record(1)
    services.seal(NOW)
    result = CliRunner().invoke(group, ["verify", "--json"])
    answer = json.loads(result.output)
    assert result.exit_code == 0
    assert (answer["ok"], answer["sealed"], answer["unsealed"]) == (True, 1, 0)
    assert CliRunner().invoke(group, ["verify", "--head", answer["head"]]).exit_code == 0
    assert CliRunner().invoke(group, ["verify", "--head", "00" * 32]).exit_code == 1
    tamper("UPDATE audit_auditentry SET reason = '' WHERE seq = 1")
    result = CliRunner().invoke(group, ["verify"])
    assert result.exit_code == 1
    assert "its content is not what was sealed" in result.output


def test_sixteen_writers_and_a_sealer_leave_no_gap() -> None:
    writers, each = 16, 25
    errors: list[BaseException] = []
    done = threading.Event()

    def write(writer: int) -> None:
        try:
            for number in range(each):
                with transaction.atomic():
                    record(writer * each + number)
        except BaseException as error:
            errors.append(error)
        finally:
            connections["default"].close()

    def keep_sealing() -> None:
        try:
            while not done.is_set():
                services.seal(NOW)
        except BaseException as error:
            errors.append(error)
        finally:
            connections["default"].close()

    sealer = threading.Thread(target=keep_sealing)
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    sealer.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    sealer.join()
    services.seal(NOW)
    assert errors == []
    verdict = queries.verify()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, writers * each, 0)
    seqs = AuditEntry.objects.order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, writers * each + 1))


def test_an_open_writer_is_not_waited_for_and_joins_the_chain_later() -> None:
    written, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                record(1)
                written.set()
                go_on.wait(30)
        finally:
            connections["default"].close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(30)
    record(2)
    # The writer still holds its transaction open; recording and sealing go on without waiting for it.
    services.seal(NOW)
    go_on.set()
    slow.join()
    services.seal(NOW)
    verdict = queries.verify()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 2, 0)
