"""Changing the rules: checked against the catalogue, audited; what no longer holds ends the alerts it raised."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import AlertState, AlertVerb, Condition, Severity
from kefu.areas.insight.events import AlertCleared
from kefu.areas.insight.models import Alert, AlertEvent, AlertRule, AlertWatch
from kefu.areas.insight.queries import alert_readings as readings
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.kernel.metrics import DIMENSIONS
from kefu.platform.access import queries as access_queries
from kefu.platform.access import services as access
from kefu.platform.outbox import services as outbox


@dataclass(frozen=True, slots=True)
class RuleInput:
    """Everything that a rule says; see ``models.AlertRule``."""

    name: str
    metric: str
    condition: str
    dimension: str = ""
    members: tuple[str, ...] = ()
    limit: float | None = None
    clear_at: float | None = None
    sensitivity: float = 4
    least_days: int = 5
    window_minutes: int = 30
    minimum_n: int = 0
    hold_minutes: int = 3
    clear_minutes: int = 10
    calendar_id: int | None = None
    severity: str = Severity.NOTICE.value
    quiet_from: time | None = None
    quiet_until: time | None = None
    recipients: tuple[str, ...] = ("role:shift_manager",)
    escalation: tuple[tuple[int, str], ...] = ()

    def row(self) -> dict[str, Any]:
        """As the columns of a rule."""
        values = asdict(self)
        values["members"] = list(self.members)
        values["recipients"] = list(self.recipients)
        values["escalation"] = [list(level) for level in self.escalation]
        return values


def check(given: RuleInput) -> None:
    """Raise ``InvalidInput`` that names the field when the rule cannot work."""
    watched = readings.find_watched(given.metric)
    if watched is None:
        raise InvalidInput(_("没有这个指标，或者它不能用于告警。"), field="metric")
    if given.dimension not in watched.dimensions:
        raise InvalidInput(_("这个指标不能按所选维度监视。"), field="dimension")
    if given.members and not given.dimension:
        raise InvalidInput(_("监视全中心时不填成员。"), field="members")
    if given.members:
        known = DIMENSIONS.get(given.dimension).resolve(given.members)
        if unknown := [code for code in given.members if code not in known]:
            raise InvalidInput(_("没有这些成员：%(codes)s") % {"codes": "、".join(unknown)}, field="members")
    if given.condition in (Condition.TREND, Condition.MISSING) and watched.metric is None:
        raise InvalidInput(_("实时读数只能设阈值；话务源中断请用“话务源静默时长”。"), field="condition")
    _check_limits(given)
    if not given.recipients:
        raise InvalidInput(_("请至少选择一个通知对象。"), field="recipients")
    known_codes = {code for code, _label in access_queries.responsible_choices()}
    if any(code not in known_codes for code in (*given.recipients, *(code for _m, code in given.escalation))):
        raise InvalidInput(_("没有这种通知对象。"), field="recipients")
    minutes = [minute for minute, _code in given.escalation]
    if minutes != sorted(set(minutes)) or any(minute < 1 for minute in minutes):
        raise InvalidInput(_("升级时间须逐级增大。"), field="escalate_1_minutes")
    if (given.quiet_from is None) != (given.quiet_until is None):
        raise InvalidInput(_("免打扰须同时填写开始和结束。"), field="quiet_until")


def _check_limits(given: RuleInput) -> None:
    if given.condition in (Condition.BELOW, Condition.ABOVE):
        if given.limit is None:
            raise InvalidInput(_("请填写触发阈值。"), field="limit")
        if given.clear_at is not None:
            gap = given.clear_at - given.limit
            if (gap < 0) if given.condition == Condition.BELOW else (gap > 0):
                raise InvalidInput(_("恢复阈值须在触发阈值的好的一侧，否则会反复告警。"), field="clear_at")
    if given.condition == Condition.TREND and not 1 <= given.sensitivity <= 20:
        raise InvalidInput(_("偏离倍数须在 1 到 20 之间。"), field="sensitivity")
    if given.condition == Condition.TREND and not 2 <= given.least_days <= readings.WEEKS:
        raise InvalidInput(_("历史天数须在 2 到 %(weeks)s 之间。") % {"weeks": readings.WEEKS}, field="least_days")


def save_rule(
    *, actor: Actor, given: RuleInput, code: str, is_new: bool = False, expected_version: int | None = None
) -> AlertRule:
    """A new rule, or the rule with another content. Raises ``InvalidInput``, ``NotFound`` and ``Conflict``."""
    access.authorise(actor, permissions.CHANGE_RULE)
    check(given)
    with transaction.atomic():
        if is_new:
            try:
                with transaction.atomic():
                    rule = AlertRule.objects.create(code=code, **given.row())
            except IntegrityError:
                raise InvalidInput(_("已有使用这个编码的规则。"), field="code") from None
            before: dict[str, Any] | None = None
        else:
            rule = _held(code, expected_version)
            before = _told(rule)
            values = given.row()
            moved = any(getattr(rule, name) != values[name] for name in ("metric", "dimension", "members"))
            is_name_kept = rule.is_builtin and given.name == rule.label
            for name, value in values.items():
                if name != "name" or not is_name_kept:
                    setattr(rule, name, value)
            if rule.is_builtin and not is_name_kept:
                rule.is_builtin = False  # a name of one's own is not translated
            rule.version += 1
            rule.evaluated_at = None
            rule.save()
            AlertWatch.objects.filter(rule=rule, phase="pending").delete()
            if moved:
                _end_alerts(actor, rule, _("规则改为监视别的指标或范围"))
        _record(actor, rule, "insight.alert_rule:" + ("created" if is_new else "changed"), before)
    return rule


def set_active(*, actor: Actor, code: str, is_active: bool) -> AlertRule:
    """Switch a rule on or off; switching it off ends the alerts it raised."""
    access.authorise(actor, permissions.CHANGE_RULE)
    with transaction.atomic():
        rule = _held(code, None)
        if rule.is_active == is_active:
            return rule
        before = _told(rule)
        rule.is_active = is_active
        rule.version += 1
        rule.evaluated_at = None
        rule.save()
        if not is_active:
            _end_alerts(actor, rule, _("规则已停用"))
        _record(actor, rule, "insight.alert_rule:" + ("enabled" if is_active else "disabled"), before)
    return rule


def _held(code: str, expected_version: int | None) -> AlertRule:
    rule = AlertRule.objects.select_for_update().filter(code=code).first()
    if rule is None:
        raise NotFound(_("没有这条告警规则。"))
    if expected_version is not None and expected_version != rule.version:
        raise Conflict(_("规则刚被别人修改过，您的修改没有保存。请查看最新内容后再改。"), code="rule_changed")
    return rule


def _end_alerts(actor: Actor, rule: AlertRule, why: str) -> None:
    AlertWatch.objects.filter(rule=rule).delete()
    now = clock.now()
    for alert in Alert.objects.select_for_update().filter(rule=rule, cleared_at=None):
        alert.state, alert.cleared_at = AlertState.CLEARED, now
        alert.tell_at = alert.escalate_at = alert.snoozed_until = None
        alert.version += 1
        alert.save()
        AlertEvent.objects.create(alert=alert, verb=AlertVerb.CLEARED, at=now, actor_id=actor.user_id, note=why)
        outbox.publish(AlertCleared(alert.pk, rule.pk))


def _told(rule: AlertRule) -> dict[str, Any]:
    names = ("metric", "dimension", "members", "condition", "limit", "clear_at", "window_minutes", "minimum_n",
             "hold_minutes", "clear_minutes", "severity", "recipients", "escalation", "is_active")  # fmt: skip
    return {name: getattr(rule, name) for name in names}


def _record(actor: Actor, rule: AlertRule, action: str, before: dict[str, Any] | None) -> None:
    auditing.record(
        actor=actor, action=action, target=f"insight.alert_rule:{rule.pk}", before=before, after=_told(rule)
    )
