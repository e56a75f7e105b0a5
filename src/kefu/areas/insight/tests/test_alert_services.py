"""Alerts from live readings and from facts: fire once, tell once per level, wait out quiet hours, end by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from kefu.areas.insight import queries, services
from kefu.areas.insight.choices import AlertState, AlertVerb
from kefu.areas.insight.models import Alert, AlertEvent, AlertRule, AlertStep, AlertWatch, GaugeMinute
from kefu.areas.insight.services import RuleInput
from kefu.areas.insight.tests.payloads import wall
from kefu.areas.insight.tests.test_queries import SYSTEM, tree, viewer
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import services as access
from kefu.platform.access.models import User
from kefu.platform.audit.models import AuditEntry
from kefu.platform.live import services as live
from kefu.platform.notify.models import Notice

__all__ = ["tree"]
pytestmark = pytest.mark.django_db
NOON = datetime(2035, 3, 6, 4, tzinfo=UTC)  # 12:00 in Shanghai, after whatever the test itself writes
GIVEN = RuleInput(
    name="排队",
    metric="waiting",
    condition="above",
    limit=10,
    clear_at=5,
    hold_minutes=2,
    clear_minutes=5,
    recipients=("role:shift_manager",),
    escalation=((10, "role:manager"), (30, "role:admin")),
)


@pytest.fixture
def rule(db: Any) -> AlertRule:
    """The one rule: more than ten waiting in the centre."""
    AlertRule.objects.all().delete()
    return services.save_rule(actor=SYSTEM, given=GIVEN, code="waiting", is_new=True)


def play(waiting: list[int], start: datetime = NOON) -> datetime:
    """One payload, one look and one round of telling a minute; the instant after the last."""
    for minute, number in enumerate(waiting):
        now = start + timedelta(minutes=minute)
        with time_machine.travel(now, tick=False):
            live.publish("calls.wall.all", wall(waiting=number, now=now))  # type: ignore[arg-type]
            services.keep_minute(now)
            services.evaluate(now)
            services.tell_due(now)
    return start + timedelta(minutes=len(waiting))


def titles(person: Actor) -> list[str]:
    return list(Notice.objects.filter(user_id=person.user_id).order_by("pk").values_list("title", flat=True))


def test_it_fires_once_follows_the_worst_and_ends_by_itself(rule: AlertRule, tree: Any) -> None:
    somebody = viewer("shift_manager", tree["centre"])
    play([3, 12, 14, 20, 15, 8, 4, 4, 4, 4, 4, 4, 4])
    alert = Alert.objects.get()
    assert (alert.value, alert.worst, alert.last_value) == (20, 20, 4)
    assert alert.state == AlertState.CLEARED
    assert alert.fired_at == NOON + timedelta(minutes=3)
    assert alert.cleared_at == NOON + timedelta(minutes=11)
    assert titles(somebody) == ["告警：%(what)s"]
    verbs = list(AlertEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [AlertVerb.FIRED, AlertVerb.TOLD, AlertVerb.CLEARED]
    assert not AlertWatch.objects.exists()


def test_levels_are_told_once_each_until_somebody_acknowledges(rule: AlertRule, tree: Any) -> None:
    first, second, third = (viewer(role, tree["centre"]) for role in ("shift_manager", "manager", "admin"))
    now = play([20] * 25)
    assert [len(titles(p)) for p in (first, second, third)] == [1, 1, 0]
    assert AlertStep.objects.count() == 2
    with time_machine.travel(now, tick=False):
        services.acknowledge(actor=second, number=Alert.objects.get().number, note="加派人手")
    play([20] * 30, now)
    assert [len(titles(p)) for p in (first, second, third)] == [1, 1, 0]
    alert = Alert.objects.get()
    assert (alert.state, alert.note) == (AlertState.ACKNOWLEDGED, "加派人手")
    assert AuditEntry.objects.filter(action="insight.alert:acknowledged").count() == 1


def test_stand_ins_are_told_with_the_leader_they_stand_in_for(rule: AlertRule, tree: Any) -> None:
    away = viewer("shift_manager", tree["centre"])
    deputy = viewer("leader", tree["east1"])
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        access.delegate(
            actor=SYSTEM,
            principal=User.objects.get(pk=away.user_id),
            deputy=User.objects.get(pk=deputy.user_id),
            starts_at=NOON - timedelta(minutes=30),
            ends_at=NOON + timedelta(days=2),
            reason="休假",
        )
    play([20] * 4)
    assert len(titles(deputy)) == 1
    assert queries.alerts_for(deputy).count() == 1


def test_quiet_hours_collect_and_tell_at_their_end(rule: AlertRule, tree: Any) -> None:
    AlertRule.objects.update(quiet_from=time(11), quiet_until=time(13))
    somebody = viewer("shift_manager", tree["centre"])
    play([20] * 10)
    assert titles(somebody) == []
    play([0] * 10, NOON + timedelta(minutes=10))
    play([0], NOON + timedelta(minutes=60))
    assert titles(somebody) == ["告警（已恢复）：%(what)s"]


def test_an_urgent_alert_does_not_wait(rule: AlertRule, tree: Any) -> None:
    AlertRule.objects.update(quiet_from=time(11), quiet_until=time(13), severity="urgent")
    somebody = viewer("shift_manager", tree["centre"])
    play([20] * 4)
    assert len(titles(somebody)) == 1


def test_a_snooze_is_silent_until_its_end_and_then_tells_again(rule: AlertRule, tree: Any) -> None:
    somebody = viewer("shift_manager", tree["centre"])
    boss = viewer("manager", tree["centre"])
    now = play([20] * 4)
    with time_machine.travel(now, tick=False):
        services.snooze(actor=somebody, number=Alert.objects.get().number, until=now + timedelta(minutes=20))
        with pytest.raises(InvalidInput):
            services.snooze(actor=somebody, number=Alert.objects.get().number, until=now + timedelta(days=9))
    now = play([20] * 19, now)
    assert [len(titles(p)) for p in (somebody, boss)] == [1, 0]
    play([20] * 3, now)
    assert len(titles(somebody)) == 2


def test_a_silent_wallboard_is_no_reading_and_an_old_hold_does_not_count(rule: AlertRule) -> None:
    play([20, 20])
    services.evaluate(NOON + timedelta(minutes=20))
    assert not Alert.objects.exists()
    play([20, 20, 20], NOON + timedelta(minutes=30))
    assert Alert.objects.get().fired_at == NOON + timedelta(minutes=32)


def test_looking_twice_at_the_same_minute_changes_nothing(rule: AlertRule) -> None:
    now = play([20] * 6)
    before = list(AlertEvent.objects.values_list("pk", flat=True))
    services.evaluate(now - timedelta(minutes=1))
    services.tell_due(now - timedelta(minutes=1))
    assert list(AlertEvent.objects.values_list("pk", flat=True)) == before


def test_who_may_not_handle_changes_nothing(rule: AlertRule, tree: Any) -> None:
    play([20] * 4)
    alert = Alert.objects.get()
    agent, leader = viewer("agent", tree["east1"]), viewer("leader", tree["east1"])
    with pytest.raises(Denied):
        services.acknowledge(actor=agent, number=alert.number)
    with pytest.raises(NotFound):
        services.acknowledge(actor=leader, number=alert.number)
    with pytest.raises(Denied):
        services.save_rule(actor=leader, given=GIVEN, code="waiting")
    with pytest.raises(Denied):
        services.set_active(actor=leader, code="waiting", is_active=False)
    alert.refresh_from_db()
    assert (alert.state, alert.version) == (AlertState.OPEN, Alert.objects.get().version)
    assert AlertRule.objects.get().is_active


def test_a_task_is_opened_once_and_the_alert_is_taken_up(rule: AlertRule, tree: Any) -> None:
    play([20] * 4)
    boss = viewer("manager", tree["centre"])
    number = Alert.objects.get().number
    one = services.assign(actor=boss, number=number, owner_id=boss.user_id, note="查明原因")
    two = services.assign(actor=boss, number=number, owner_id=boss.user_id)
    assert (one.pk, one.origin) == (two.pk, Alert.objects.get().origin)
    assert Alert.objects.get().state == AlertState.ACKNOWLEDGED


def test_a_cleared_or_changed_alert_refuses(rule: AlertRule, tree: Any) -> None:
    boss = viewer("manager", tree["centre"])
    play([20] * 4)
    alert = Alert.objects.get()
    with pytest.raises(Conflict):
        services.acknowledge(actor=boss, number=alert.number, expected_version=alert.version + 1)
    services.set_active(actor=SYSTEM, code="waiting", is_active=False)
    assert Alert.objects.get().state == AlertState.CLEARED
    with pytest.raises(RuleBroken):
        services.acknowledge(actor=boss, number=alert.number)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "nonsense"}, "metric"),
        ({"dimension": "agent"}, "dimension"),
        ({"limit": None}, "limit"),
        ({"clear_at": 11}, "clear_at"),
        ({"condition": "trend"}, "condition"),
        ({"recipients": ()}, "recipients"),
        ({"recipients": ("role:nobody",)}, "recipients"),
        ({"escalation": ((10, "role:manager"), (5, "role:admin"))}, "escalate_1_minutes"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_by_field(rule: AlertRule, change: dict[str, Any], field: str) -> None:
    from dataclasses import replace

    with pytest.raises(InvalidInput) as refused:
        services.save_rule(actor=SYSTEM, given=replace(GIVEN, **change), code="waiting")
    assert field in refused.value.errors or refused.value.field == field
    assert AlertRule.objects.get().version == 1


def test_the_dry_run_agrees_with_what_happened(rule: AlertRule) -> None:
    now = play([3, 12, 14, 20, 15, 8, 4, 4, 4, 4, 4, 4, 4])
    run = queries.dry_run(rule, now)
    assert [(e.fired.at, e.cleared_at) for _m, e in run.episodes] == [
        (NOON + timedelta(minutes=3), NOON + timedelta(minutes=11))
    ]
    assert GaugeMinute.objects.count() == 13
    assert queries.chart_of(Alert.objects.get(), now) is not None


def test_the_first_rules_are_put_in_once(db: Any) -> None:
    AlertRule.objects.all().delete()
    assert services.install_builtin() == 5
    assert services.install_builtin() == 0
