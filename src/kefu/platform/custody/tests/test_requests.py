"""Requests: two people, holds, working days; retention: what is over goes, what is held stays."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, RuleBroken
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import SessionRecord
from kefu.platform.access.tests import factories
from kefu.platform.audit import queries as audit
from kefu.platform.audit import services as trail
from kefu.platform.audit.models import AuditEntry
from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks.models import Clock
from kefu.platform.custody import permissions, services
from kefu.platform.custody.choices import RequestState
from kefu.platform.custody.models import ErasureRecord, LegalHold, RetentionRun, SubjectRequest
from kefu.platform.custody.services import ledger
from kefu.platform.custody.services.requests import working_day_after
from kefu.platform.jobs.testing import drain, tick
from kefu.platform.privacy import services as privacy
from kefu.platform.privacy.cli import group
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.queries import masked

pytestmark = pytest.mark.django_db
NUMBER = "13987654321"
EVERYTHING = dict.fromkeys(
    (
        permissions.REQUEST_VIEW,
        permissions.REQUEST_RECORD,
        permissions.REQUEST_EXECUTE,
        permissions.HOLD_MANAGE,
        permissions.RETENTION_RUN,
        permissions.REGISTRY_VIEW,
    ),
    ScopeLevel.ALL,
)


@pytest.fixture(autouse=True)
def ledger_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "erasures.jsonl"
    monkeypatch.setenv("KEFU_ERASURE_LEDGER", str(path))
    return path


@pytest.fixture
def recorder() -> Actor:
    return factories.make_actor(EVERYTHING)


@pytest.fixture
def officer() -> Actor:
    return factories.make_actor(EVERYTHING)


@pytest.fixture
def token() -> bytes:
    return privacy.tokenise("phone", [NUMBER])[NUMBER]


def recorded(recorder: Actor, token: bytes, kind: str = "erase") -> SubjectRequest:
    return services.record_request(
        actor=recorder, kind=kind, subject_kind="caller", subject_ref=token.hex(), identity_note="核对证件原件"
    )


def test_a_request_has_a_clock_to_its_last_working_day(recorder: Actor, token: bytes) -> None:
    row = recorded(recorder, token)
    running = Clock.objects.get(origin=row.origin)
    assert running.due_at == clock.day_bounds(row.due_on)[1]
    assert NUMBER not in json.dumps(list(SubjectRequest.objects.values()), default=str)


def test_working_days_are_those_on_which_the_calendar_is_open() -> None:
    nine_to_five = ((540, 1020),)
    schedule = Schedule((nine_to_five,) * 5 + ((), ()), {date(2026, 1, 1): ()})
    assert working_day_after(schedule, date(2025, 12, 31), 1) == date(2026, 1, 2)
    assert working_day_after(schedule, date(2025, 12, 31), 15) == date(2026, 1, 22)


def test_whoever_recorded_it_cannot_execute_it(recorder: Actor, officer: Actor, token: bytes) -> None:
    row = recorded(recorder, token)
    with pytest.raises(Denied):
        services.execute_request(actor=recorder, request_id=row.pk)
    with pytest.raises(Denied):
        services.refuse_request(actor=recorder, request_id=row.pk, reason="身份不符")
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == (RequestState.RECEIVED, None)
    assert VaultValue.objects.get(token=token).sealed is not None
    services.execute_request(actor=officer, request_id=row.pk)
    drain()
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == (RequestState.DONE, officer.user_id)
    assert masked([token]) == {token: "已删除"}
    assert not Clock.objects.filter(origin=row.origin, status="running").exists()


def test_every_verb_needs_its_right(token: bytes) -> None:
    nobody = factories.make_actor()
    with pytest.raises(Denied):
        recorded(nobody, token)
    with pytest.raises(Denied):
        services.place_hold(actor=nobody, kind="everything", reason="诉讼需要")
    with pytest.raises(Denied):
        services.start_retention(actor=nobody)
    assert not SubjectRequest.objects.exists()
    assert not LegalHold.objects.exists()
    assert not RetentionRun.objects.exists()


def test_one_open_request_of_a_kind(recorder: Actor, token: bytes) -> None:
    recorded(recorder, token)
    with pytest.raises(Conflict):
        recorded(recorder, token)
    recorded(recorder, token, "export")


def test_an_unknown_person_and_an_unchecked_identity_are_refused(recorder: Actor, token: bytes) -> None:
    with pytest.raises(InvalidInput):
        services.record_request(
            actor=recorder, kind="erase", subject_kind="caller", subject_ref="", identity_note="核对证件"
        )
    with pytest.raises(InvalidInput):
        services.record_request(
            actor=recorder, kind="erase", subject_kind="caller", subject_ref=token.hex(), identity_note=" "
        )
    assert not SubjectRequest.objects.exists()


@pytest.mark.parametrize("kind", ["subject", "period", "everything"])
def test_a_hold_stops_an_erasure_until_it_is_lifted(recorder: Actor, officer: Actor, token: bytes, kind: str) -> None:
    today = clock.local_date(clock.now())
    hold = services.place_hold(
        actor=recorder,
        kind=kind,
        reason="诉讼需要",
        subject_kind="caller",
        subject_ref=token.hex(),
        starts_on=today,
        ends_on=today,
    )
    row = recorded(recorder, token)
    with pytest.raises(RuleBroken):
        services.execute_request(actor=officer, request_id=row.pk)
    assert masked([token]) == {token: "139****4321"}
    services.lift_hold(actor=officer, hold_id=hold.pk, reason="案件已结")
    services.execute_request(actor=officer, request_id=row.pk)
    # placed between the decision and the job: the job stops and the request waits again
    services.place_hold(actor=recorder, kind="everything", reason="监管调查")
    drain()
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == (RequestState.RECEIVED, None)
    assert masked([token]) == {token: "139****4321"}


def test_texts_and_the_trail_lose_the_number_however_it_is_written(
    recorder: Actor, officer: Actor, token: bytes
) -> None:
    auditing.record(actor=recorder, action="tasks.task:opened", target="tasks.task:1", reason=f"回拨 {NUMBER}")
    trail.seal(clock.now())
    auditing.record(
        actor=recorder, action="tasks.task:opened", target="tasks.task:2", after={"to": ["+86 139-8765-4321"]}
    )
    longer = f"9{NUMBER}0"
    services.place_hold(
        actor=recorder, kind="subject", reason=f"核对 {longer}", subject_kind="caller", subject_ref="00"
    )
    row = recorded(recorder, token)
    SubjectRequest.objects.filter(pk=row.pk).update(reason="139 8765 4321 要求删除")
    services.execute_request(actor=officer, request_id=row.pk)
    drain()
    row.refresh_from_db()
    assert row.reason == "[已删除] 要求删除"
    assert LegalHold.objects.get().reason == f"核对 {longer}"  # another number
    first, second = AuditEntry.objects.filter(action="tasks.task:opened").order_by("id")
    assert (first.reason, second.after) == ("回拨 [已删除]", {"to": ["[已删除]"]})
    trail.seal(clock.now())
    verdict = audit.verify()
    assert (verdict.ok, verdict.redacted) == (True, 2)
    AuditEntry.objects.filter(pk=first.pk).update(reason="另一句", salt=None, redacted_at=clock.now())
    assert audit.verify().ok  # what names somebody is not bound any more; that it was redacted is in the trail
    assert AuditEntry.objects.filter(action="audit.entry:redact").count() == 1


def test_after_an_older_backup_everybody_in_the_ledger_is_erased_again(
    recorder: Actor, officer: Actor, token: bytes, ledger_file: Path
) -> None:
    before = VaultValue.objects.filter(token=token).values().get()
    row = recorded(recorder, token)
    services.execute_request(actor=officer, request_id=row.pk)
    drain()
    assert NUMBER not in ledger_file.read_text()
    # as if yesterday's database were back, and the file beside it is today's
    VaultValue.objects.filter(token=token).delete()
    VaultValue.objects.create(**before)
    ErasureRecord.objects.all().delete()
    with ledger_file.open("a") as file:
        file.write('{"torn')
    assert masked([token]) == {token: "139****4321"}
    result = CliRunner().invoke(group, ["reapply", "--json"])
    assert json.loads(result.output) == {"erased": 1, "held": 0}
    assert masked([token]) == {token: "已删除"}
    assert json.loads(CliRunner().invoke(group, ["reapply", "--json"]).output) == {"erased": 0, "held": 0}
    assert ledger.subjects() == [("caller", token.hex())]


def test_a_copy_holds_what_is_known_and_lives_a_week(recorder: Actor, officer: Actor, token: bytes) -> None:
    row = recorded(recorder, token, "export")
    services.execute_request(actor=officer, request_id=row.pk)
    drain()
    row.refresh_from_db()
    assert row.file is not None
    assert row.file.location.exists()
    assert row.counts["本人信息"] == 1
    type(row.file).objects.update(created_at=clock.now() - timedelta(days=8))
    services.start_retention(actor=officer)
    drain()
    row.file.refresh_from_db()
    assert row.file.deleted_at is not None
    assert RetentionRun.objects.get().counts == {"custody.copies": 1}


def test_old_sessions_go_at_night_once_and_not_from_a_held_period(officer: Actor) -> None:
    user = factories.make_user()
    now = clock.now()
    for days in (200, 179, 400):
        ended = now - timedelta(days=days)
        SessionRecord.objects.create(
            user=user, session_key=f"key{days}", ip="10.0.0.1", created_at=ended, last_seen_at=ended, ended_at=ended,
            end_reason="signed_out",
        )  # fmt: skip
    held = clock.local_date(now - timedelta(days=400))
    services.place_hold(actor=officer, kind="period", reason="监管调查", starts_on=held, ends_on=held)
    outlook = {each.retention.code: (each.count, each.held) for each in services.would_go(now)}
    assert outlook["access.sessions"] == (1, 1)
    night = clock.day_bounds(clock.local_date(now))[0] + timedelta(hours=3)
    tick("custody.nightly", night)
    tick("custody.nightly", night)
    drain()
    run = RetentionRun.objects.get()
    assert (run.counts, run.held) == ({"access.sessions": 1}, {"access.sessions": 1})
    assert set(SessionRecord.objects.values_list("session_key", flat=True)) == {"key179", "key400"}
    assert AuditEntry.objects.get(action="privacy.retention:run").after["counts"] == {"access.sessions": 1}
