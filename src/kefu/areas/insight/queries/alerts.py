"""Alerts that a viewer may see, their words, their chart and the dry run of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import STANDING, Condition
from kefu.areas.insight.engine.alerting import Episode, Reading, run
from kefu.areas.insight.models import Alert, AlertEvent, AlertRule
from kefu.areas.insight.queries import alert_readings as readings
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.kernel.metrics import DIMENSIONS, Member, Unit
from kefu.platform.access import queries as access
from kefu.platform.metrics import wording

DRY_DAYS = 30
AROUND = timedelta(hours=4)
MOST_MEMBERS = 50


def alerts_for(viewer: Actor, permission: str = permissions.VIEW_ALERT) -> QuerySet[Alert]:
    """The alerts inside the viewer's scope, and those of which the viewer was told."""
    rows = Alert.objects.all()
    if viewer.is_system:
        return rows
    scope = access.scope_for(viewer, permission)
    if scope.everything:
        return rows
    if scope.is_empty:
        return rows.none()
    told = Alert.objects.filter(told__user_id=viewer.user_id or 0).values("pk")
    return rows.filter(Q(node_id__in=scope.node_ids) | Q(pk__in=told))


def standing_for(viewer: Actor, limit: int = 20) -> list[Alert]:
    """The alerts that stand, the urgent and unacknowledged first."""
    rows = alerts_for(viewer).filter(state__in=STANDING).select_related("rule", "node")
    return list(rows.order_by("-severity", "-state", "-fired_at")[:limit])


def visible_alert(viewer: Actor, number: str) -> Alert:
    """The alert with that number; raises ``NotFound`` when the viewer may not see it."""
    found = (
        alerts_for(viewer).select_related("rule", "rule__calendar", "node", "acknowledged_by").filter(number=number)
    ).first()
    if found is None:
        raise NotFound(_("没有这条告警，或者您无权查看。"))
    return found


def history_of(alert: Alert) -> list[AlertEvent]:
    """What happened, the newest first."""
    return list(AlertEvent.objects.filter(alert=alert).select_related("actor").order_by("-id")[:200])


def may_handle(viewer: Actor, alert: Alert) -> bool:
    """Whether the viewer may acknowledge, snooze or hand on the alert."""
    return alerts_for(viewer, permissions.HANDLE_ALERT).filter(pk=alert.pk).exists()


def rule_by_code(code: str) -> AlertRule:
    """The rule; raises ``NotFound``."""
    found = AlertRule.objects.select_related("calendar").filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这条告警规则。"))
    return found


def value_text(code: str, value: float | None) -> str:
    """A value of a rule's metric as people read it."""
    watched = readings.find_watched(code)
    return wording.format_value(watched.unit if watched else Unit.RATIO, value)


def metric_name(code: str) -> str:
    """What a rule's metric is called."""
    watched = readings.find_watched(code)
    return watched.name if watched else code


def condition_text(rule: AlertRule) -> str:
    """The condition in words: ``低于 80%``."""
    if rule.condition == Condition.TREND:
        return _("偏离近 %(weeks)s 周同日同时段中位数 %(k)s 倍以上") % {
            "weeks": readings.WEEKS,
            "k": f"{rule.sensitivity:g}",
        }
    if rule.condition == Condition.MISSING:
        return _("没有数据")
    watched = readings.find_watched(rule.metric)
    limit = wording.goal(watched.unit if watched else Unit.RATIO, rule.limit)
    return (_("低于 %(limit)s") if rule.condition == Condition.BELOW else _("高于 %(limit)s")) % {"limit": limit}


def scope_text(rule: AlertRule) -> str:
    """Where the rule looks."""
    if not rule.dimension:
        return _("全中心")
    label = DIMENSIONS.get(rule.dimension).label if rule.dimension in DIMENSIONS else rule.dimension
    if not rule.members:
        return _("每个%(dimension)s") % {"dimension": label}
    return f"{label}：{'、'.join(rule.members[:6])}" + ("…" if len(rule.members) > 6 else "")


@dataclass(frozen=True, slots=True)
class DryRun:
    """How often a rule would have fired, and when; ``since`` is where its history begins."""

    since: datetime
    until: datetime
    episodes: list[tuple[Member, Episode]]
    readings: int

    @property
    def count(self) -> int:
        """How many alerts."""
        return len(self.episodes)


def dry_run(rule: AlertRule, now: datetime, days: int = DRY_DAYS) -> DryRun:
    """The alerts that the rule would have raised in the last ``days`` days; writes nothing.

    Facts are looked at once a quarter, gauges at every kept minute.
    """
    start = now - timedelta(days=days)
    watched = readings.find_watched(rule.metric)
    is_gauge = watched is not None and watched.gauge is not None
    series = readings.history(rule, start, now)
    terms = readings.terms_of(rule, gap_seconds=300 if is_gauge else 1860)
    members = readings.members_of(rule.dimension, series)
    episodes = [
        (members.get(key, Member(key, str(key), str(key))), episode)
        for key, found in series.items()
        for episode in run(terms, found)[1]
    ]
    episodes.sort(key=lambda pair: pair[1].fired.at, reverse=True)
    if is_gauge:
        start = max(start, readings.gauges_since() or now)
    return DryRun(start, now, episodes, sum(map(len, series.values())))


def chart_of(alert: Alert, now: datetime) -> dict[str, Any] | None:
    """The metric around the alert with the limits; ``None`` when nothing is known of that time."""
    rule = alert.rule
    lone = AlertRule(
        metric=rule.metric,
        dimension=rule.dimension,
        members=[alert.member_code] if alert.member_code else [],
        condition=Condition.TREND if rule.condition == Condition.TREND else rule.condition,
        limit=rule.limit,
        sensitivity=rule.sensitivity,
        least_days=rule.least_days,
        window_minutes=rule.window_minutes,
        minimum_n=rule.minimum_n,
    )
    end = min(now, (alert.cleared_at or now) + AROUND / 2, alert.fired_at + timedelta(hours=20))
    found = readings.history(lone, alert.fired_at - AROUND, end).get(alert.key, [])
    if len(found) < 2:
        return None
    return _chart(rule, found)


def _chart(rule: AlertRule, found: Sequence[Reading]) -> dict[str, Any]:
    zone = clock.zone(settings.TIME_ZONE)
    watched = readings.find_watched(rule.metric)
    unit = {Unit.PERCENT: "percent", Unit.SECONDS: "duration"}.get(watched.unit if watched else Unit.RATIO, "number")
    series: list[dict[str, Any]] = [
        {"name": metric_name(rule.metric), "type": "line", "data": [reading.value for reading in found]}
    ]
    if rule.condition == Condition.TREND:
        for name, end in ((_("通常下限"), "low"), (_("通常上限"), "high")):
            data = [getattr(reading.usual, end) if reading.usual else None for reading in found]
            series.append({"name": name, "type": "line", "data": data, "dashed": True, "tone": "c2"})
    elif rule.limit is not None and rule.condition != Condition.MISSING:
        series.append(
            {"name": _("触发阈值"), "type": "line", "data": [rule.limit] * len(found), "dashed": True, "tone": "c2"}
        )
    return {
        "x": [reading.at.astimezone(zone).strftime("%H:%M") for reading in found],
        "xLabel": _("时间"),
        "unit": unit,
        "series": series,
    }
