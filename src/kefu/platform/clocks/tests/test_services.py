"""Given clocks, when time passes, then each reminds, warns and escalates once, and its log explains everything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kefu.kernel.errors import Conflict, Denied, InvalidInput, RuleBroken
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.tests.factories import make_actor, make_node
from kefu.platform.audit.models import AuditEntry
from kefu.platform.calendars import services as calendars
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.models import WorkingCalendar
from kefu.platform.clocks import permissions, queries, services
from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock, LogEntry, PolicyVersion, StepRecord
from kefu.platform.clocks.rules import Level, Terms
from kefu.platform.clocks.services import ticking
from kefu.platform.clocks.tests.factories import DAY, HOUR, SYSTEM, Staff, at
from kefu.platform.notify.models import Notice
from kefu.platform.outbox.models import StoredEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("declared")]


def begin(staff: Staff, kind: str, start: str, **given: Any) -> Clock:
    return services.start(kind=kind, origin=f"{kind}:1", title="一件事", owner_id=staff.agent.pk, at=at(start), **given)


def walk(start: str, end: str, *, every: int = 1800) -> None:
    """Let the ticker look again and again, twice each time."""
    now, last = at(start), at(end)
    while now <= last:
        services.tick(now)
        services.tick(now)
        now += timedelta(seconds=every)


def told() -> list[tuple[str, str, str]]:
    """Step, when it came in Shanghai, who was told."""
    return [
        (f"{s.kind}{s.level}", (s.came_at + timedelta(hours=8)).strftime("%m-%d %H:%M"), ",".join(map(str, s.told)))
        for s in StepRecord.objects.order_by("came_at", "id")
    ]


def test_an_unanswered_approval_warns_and_escalates_once_per_level(staff: Staff) -> None:
    # Friday 17:00 before a make-up Saturday; lunch and Sunday do not count
    begin(staff, "sample.approval", "10-09T17:00")
    walk("10-09T17:00", "10-13T12:00")
    agent, leader, upper = (str(user.pk) for user in (staff.agent, staff.leader, staff.upper))
    assert told() == [
        ("warn0", "10-10 10:00", agent),
        ("warn1", "10-10 11:12", agent),
        ("breach0", "10-10 12:00", agent),
        ("escalate0", "10-10 12:00", leader),
        ("escalate1", "10-10 17:30", upper),
    ]
    assert Notice.objects.count() == 5
    assert list(StoredEvent.objects.order_by("id").values_list("code", flat=True)) == [
        "clocks.warned",
        "clocks.warned",
        "clocks.breached",
        "clocks.escalated",
        "clocks.escalated",
    ]


@pytest.mark.parametrize(
    ("kind", "start", "day", "expected"),
    [
        (
            "sample.skill",  # ends on Saturday the 10th, a day on which the office works
            "09-20T09:00",
            date(2026, 10, 10),
            # a week before is Saturday in the holiday: told on the last half day that was worked
            ["warn0 09-30 13:30", "warn1 10-09 13:30", "breach0 10-12 09:00", "escalate0 10-12 09:00"],
        ),
        (
            "sample.contract",  # ends on the Wednesday of the holiday
            "08-20T09:00",
            date(2026, 10, 7),
            ["warn0 09-07 13:30", "warn1 09-30 13:30", "breach0 10-08 09:00", "escalate0 10-08 09:00"],
        ),
    ],
)
def test_an_ending_day_reminds_in_time_and_escalates_when_people_work(
    staff: Staff, kind: str, start: str, day: date, expected: list[str]
) -> None:
    begin(staff, kind, start, due_on=day)
    first = at(start)
    for hours in range(0, 24 * 56, 7):
        services.tick(first + timedelta(hours=hours))
    assert [f"{step} {when}" for step, when, _people in told()][:4] == expected
    assert [step for step, _when, _people in told()] == ["warn0", "warn1", "breach0", "escalate0", "escalate1"]


def test_a_late_look_tells_what_matters_and_records_the_rest(staff: Staff) -> None:
    begin(staff, "sample.approval", "09-21T09:00")
    assert services.tick(at("09-23T12:00")) == 1
    assert services.tick(at("09-23T12:00")) == 0
    assert {(s.kind, s.level): s.is_told for s in StepRecord.objects.all()} == {
        ("warn", 0): False,
        ("warn", 1): False,
        ("breach", 0): True,
        ("escalate", 0): True,
        ("escalate", 1): True,
    }
    assert Notice.objects.count() == 3


def test_a_pause_holds_everything_and_the_due_instant_moves(staff: Staff) -> None:
    row = begin(staff, "sample.approval", "09-21T09:00")
    services.pause(clock_id=row.pk, reason="等客户", at=at("09-21T10:00"))
    walk("09-21T10:00", "09-22T12:00")
    assert told() == []
    row = services.resume(clock_id=row.pk, at=at("09-22T14:00"))
    assert (row.due_at, row.next_action_at) == (at("09-22T17:00"), at("09-22T15:00"))
    row = services.stop(clock_id=row.pk, at=at("09-22T16:59"))
    assert (row.status, row.next_action_at, row.elapsed_seconds) == (ClockStatus.MET, None, 4 * HOUR - 60)
    walk("09-22T17:00", "09-23T12:00")
    assert [step for step, _when, _people in told()] == ["warn0", "warn1"]
    assert Notice.objects.count() == 0


def test_what_is_stopped_late_is_missed_and_its_ledger_is_complete(staff: Staff) -> None:
    row = begin(staff, "sample.approval", "09-21T09:00")
    row = services.stop(clock_id=row.pk, at=at("09-21T14:30"))
    assert (row.status, row.breached_at) == (ClockStatus.MISSED, at("09-21T14:30"))
    assert [step for step, _when, _people in told()] == ["warn0", "warn1", "breach0", "escalate0"]
    assert Notice.objects.count() == 0
    assert StoredEvent.objects.filter(code="clocks.breached").count() == 1
    assert services.stop(clock_id=row.pk, at=at("09-22T14:30")).ended_at == at("09-21T14:30")
    with pytest.raises(RuleBroken):
        services.pause(clock_id=row.pk, reason="太晚")


def test_a_kind_runs_once_on_an_origin(staff: Staff) -> None:
    first = begin(staff, "sample.approval", "09-21T09:00")
    assert begin(staff, "sample.approval", "09-22T09:00").pk == first.pk
    services.stop(clock_id=first.pk, at=at("09-22T09:00"))
    assert begin(staff, "sample.approval", "09-22T09:30").pk != first.pk


def test_the_row_is_what_the_log_says(staff: Staff) -> None:
    row = begin(staff, "sample.approval", "09-21T09:00")
    services.pause(clock_id=row.pk, reason="等", at=at("09-21T10:00"))
    services.change_owner(clock_id=row.pk, owner_id=staff.leader.pk, at=at("09-21T11:00"))
    services.resume(clock_id=row.pk, at=at("09-21T14:00"))
    services.retarget(clock_id=row.pk, target_seconds=2 * HOUR, at=at("09-21T14:30"))
    row.refresh_from_db()
    state = queries.state_of(row.pk, at("09-21T14:30"))
    assert (row.status, row.elapsed_seconds, row.target_seconds, row.due_at, row.round) == (
        state.status,
        state.elapsed_seconds,
        state.target_seconds,
        state.due_at,
        state.round,
    )
    assert row.due_at == at("09-21T15:00")
    assert row.next_action_at == state.next_step_at() == at("09-21T14:30")
    assert row.owner_id == staff.leader.pk


def test_nobody_rewrites_the_log_or_the_ledger(staff: Staff) -> None:
    begin(staff, "sample.approval", "09-21T09:00")
    services.tick(at("09-21T12:00"))
    for rows in (LogEntry.objects.all(), StepRecord.objects.all()):
        assert rows.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(recorded_at=at("09-21T09:00"))
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    step = StepRecord.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StepRecord.objects.create(
            clock_id=step.clock_id, round=0, kind="warn", level=0, came_at=step.came_at, recorded_at=step.came_at
        )


def test_a_clock_keeps_its_version_until_it_is_retargeted(staff: Staff) -> None:
    row = begin(staff, "sample.approval", "09-21T09:00")
    terms = Terms(HOUR, (50,), (), (Level(0, "upper_leader"),))
    services.change_policy(actor=SYSTEM, kind="sample.approval", terms=terms)
    now = PolicyVersion.objects.latest("version").effective_at
    later = services.start(kind="sample.approval", origin="x:2", title="", at=now + timedelta(seconds=1))
    assert (later.target_seconds, later.policy.version) == (HOUR, 2)
    row.refresh_from_db()
    assert (row.target_seconds, row.policy.version) == (4 * HOUR, 1)
    row = services.retarget(clock_id=row.pk, to_current_policy=True, at=now + timedelta(seconds=2))
    assert (row.target_seconds, row.policy.version, row.round) == (HOUR, 2, 1)


def test_limits_change_with_history_and_only_by_those_who_may(staff: Staff) -> None:
    terms = Terms(HOUR, (50,), (), (Level(0, "self"),))
    before = PolicyVersion.objects.count()
    nobody = make_actor({permissions.POLICY_VIEW: ScopeLevel.ALL})
    with pytest.raises(Denied):
        services.change_policy(actor=nobody, kind="sample.approval", terms=terms)
    assert PolicyVersion.objects.count() == before
    boss = make_actor({permissions.POLICY_CHANGE: ScopeLevel.ALL})
    services.change_policy(actor=boss, kind="sample.approval", terms=terms, expected_version=1, reason="加快")
    with pytest.raises(Conflict):
        services.change_policy(actor=boss, kind="sample.approval", terms=terms, expected_version=1)
    for faulty in (Terms(HOUR, (80, 50)), Terms(None), Terms(HOUR, (), (), (Level(0, "no_such"),))):
        with pytest.raises(InvalidInput):
            services.change_policy(actor=boss, kind="sample.approval", terms=faulty)
    with pytest.raises(InvalidInput):
        services.change_policy(actor=boss, kind="sample.approval", terms=terms, effective_at=at("01-01T09:00"))
    entry = AuditEntry.objects.get(action="clocks.policy:change")
    assert (entry.after["target_seconds"], entry.before["target_seconds"]) == (HOUR, 4 * HOUR)
    assert [row.version for row in queries.policy_history("sample.approval")] == [2, 1]


def test_a_planned_version_is_withdrawn_before_it_takes_effect(staff: Staff) -> None:
    terms = Terms(HOUR)
    planned = services.change_policy(
        actor=SYSTEM, kind="sample.approval", terms=terms, effective_at=at("12-30T09:00").replace(year=2090)
    )
    with pytest.raises(Denied):
        services.withdraw_policy(
            actor=make_actor({permissions.POLICY_VIEW: ScopeLevel.ALL}), kind="sample.approval", version=planned.version
        )
    planned.refresh_from_db()
    assert planned.withdrawn_at is None
    services.withdraw_policy(actor=SYSTEM, kind="sample.approval", version=planned.version)
    assert services.policy_in_force("sample.approval", at("12-31T09:00").replace(year=2090)).version == 1
    with pytest.raises(RuleBroken):
        services.withdraw_policy(actor=SYSTEM, kind="sample.approval", version=1)


def test_a_changed_calendar_moves_running_clocks_and_no_past(staff: Staff, office: WorkingCalendar) -> None:
    row = begin(staff, "sample.approval", "09-21T16:00")
    assert row.due_at == at("09-22T11:00")
    assert services.follow_calendars(at("09-21T17:00")) == 0
    calendars.set_day(actor=SYSTEM, calendar_id=office.pk, day=date(2026, 9, 22), kind=DayKind.HOLIDAY)
    assert services.follow_calendars(at("09-21T17:00")) == 1
    row.refresh_from_db()
    assert (row.due_at, row.elapsed_seconds) == (at("09-23T11:00"), HOUR)
    assert services.follow_calendars(at("09-21T17:01")) == 0


def test_only_those_who_may_steer_by_hand_and_a_denial_changes_nothing(staff: Staff) -> None:
    team, other = make_node("team"), make_node("other")
    row = services.start(kind="sample.approval", origin="x:9", title="", node_id=team.pk, at=at("09-21T09:00"))
    stranger = make_actor({permissions.MANAGE: ScopeLevel.UNIT, permissions.VIEW: ScopeLevel.UNIT}, node=other)
    reader = make_actor({permissions.VIEW: ScopeLevel.UNIT}, node=team)
    lines = LogEntry.objects.count()
    for actor in (stranger, reader):
        for verb, given in (
            (services.pause, {"reason": "x"}),
            (services.retarget, {"target_seconds": 60}),
            (services.cancel, {"reason": "x"}),
            (services.stop, {}),
        ):
            with pytest.raises(Denied):
                verb(clock_id=row.pk, actor=actor, **given)  # type: ignore[operator]
    assert LogEntry.objects.count() == lines
    assert not queries.clocks_for(stranger).exists()
    assert queries.clocks_for(reader).get() == row
    boss = make_actor({permissions.MANAGE: ScopeLevel.UNIT}, node=team)
    services.pause(clock_id=row.pk, reason="等客户", actor=boss)
    assert AuditEntry.objects.get(action="clocks.clock:paused").reason == "等客户"


def test_a_level_without_people_goes_to_the_next_and_else_is_marked(staff: Staff) -> None:
    services.change_policy(
        actor=SYSTEM, kind="sample.approval", terms=Terms(HOUR, (), (), (Level(0, "self"), Level(60, "upper_leader")))
    )
    services.start(
        kind="sample.approval", origin="x:3", title="", at=PolicyVersion.objects.latest("version").effective_at
    )
    services.tick(at("09-21T09:00").replace(year=2030))
    first = StepRecord.objects.get(kind="escalate", level=0)
    assert (first.audience, first.told) == ("self", [staff.upper.pk])


def test_a_clock_that_fails_rests_and_does_not_hold_up_the_others(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = begin(staff, "sample.approval", "09-21T09:00")
    good = services.start(kind="sample.approval", origin="x:2", title="好", at=at("09-21T09:00"))
    usual = ticking.announce

    def fails_once(row: Clock, now: Any, **given: Any) -> int:
        if row.pk == bad.pk:
            raise RuntimeError("broken")
        return usual(row, now, **given)

    monkeypatch.setattr(ticking, "announce", fails_once)
    services.tick(at("09-21T12:00"))
    bad.refresh_from_db()
    assert (bad.failures, bad.next_action_at) == (1, at("09-21T12:00") + timedelta(seconds=2))
    assert StepRecord.objects.get().clock == good
    monkeypatch.undo()
    services.tick(at("09-21T12:01"))
    assert StepRecord.objects.filter(clock=bad).count() == 1


def test_nothing_due_is_one_statement(staff: Staff, django_assert_num_queries: Any) -> None:
    begin(staff, "sample.approval", "09-21T09:00")
    with django_assert_num_queries(1):
        services.tick(at("09-21T09:30"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM clocks_clock WHERE next_action_at <= now() ORDER BY next_action_at")
        assert "clocks_clock_next" in "".join(row[0] for row in cursor.fetchall())


def test_days_of_a_reminder_are_days(staff: Staff) -> None:
    row = begin(staff, "sample.contract", "08-20T09:00", due_on=date(2026, 10, 7))
    assert row.due_at == at("10-08T00:00")
    assert row.next_action_at == at("09-07T13:30")
    assert DAY == 86400
