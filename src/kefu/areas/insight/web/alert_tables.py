"""The list of alerts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight import queries
from kefu.areas.insight.choices import STANDING, AlertState, Severity
from kefu.areas.insight.models import Alert
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit

STANDING_FILTER = {"state": [state.value for state in STANDING]}


def titled(row: Alert) -> Any:
    """The rule's name, with what it means in an icon."""
    icon = "octagon-alert" if row.severity == Severity.URGENT else "triangle-alert"
    return format_html("{} {}", kit.icon(icon), row.rule.label)


def value(row: Alert) -> str:
    """The value that fired it and the limit."""
    return f"{queries.value_text(row.rule.metric, row.value)} / {queries.value_text(row.rule.metric, row.limit)}"


class AlertTable(Table):
    """Alerts inside the viewer's scope, and those the viewer was told of."""

    name = "insight.alerts"
    caption = _("告警")
    order = ("-fired_at", "-id")
    columns = [
        Column("rule", _("告警"), link=True, render=titled, export_value=lambda row: row.rule.label),
        Column("state", _("状态"), kind="state", choices=AlertState, card="side"),
        Column("severity", _("级别"), kind="state", choices=Severity),
        Column("member_name", _("范围"), render=lambda row: row.member_name or _("全中心")),
        Column("value", _("触发值 / 阈值"), render=value, css="ui-num"),
        Column("fired_at", _("触发时间"), kind="when", sort="fired_at"),
        Column("cleared_at", _("恢复时间"), kind="when", priority=2),
        Column("level", _("升级层级"), kind="number", priority=2),
        Column("number", _("告警编号"), priority=2),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("告警"), fields=("number", "rule__name", "member_name", "member_code")),
        filters.MultiFilter(name="state", label=_("状态"), choices=AlertState.choices),
        filters.MultiFilter(name="severity", label=_("级别"), choices=Severity.choices),
        filters.DateRangeFilter(name="fired", label=_("触发日期"), field="fired_at"),
    ]
    views = [
        View("standing", _("当前告警"), STANDING_FILTER, tone="bad"),
        View("open", _("未确认"), {"state": ["open"]}, tone="bad"),
        View("urgent", _("紧急"), {**STANDING_FILTER, "severity": ["urgent"]}, tone="bad"),
        View("all", _("全部")),
    ]
    empty = Empty("circle-check", _("没有告警"), _("指标越过规则的阈值并持续一段时间后，会出现在这里并通知负责人。"))
    export_permission = ""

    def rows(self) -> QuerySet[Any]:
        return queries.alerts_for(self.viewer).select_related("rule", "node")

    def row_url(self, row: Any) -> str:
        return reverse("insight:alert", args=[row.number])

    def row_id(self, row: Any) -> str:
        return str(row.number)
