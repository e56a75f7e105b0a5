"""The list of clocks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.kernel import clock as time
from kefu.platform.clocks import queries
from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock
from kefu.platform.webui.tables import Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit


def chip(row: Clock) -> Any:
    """Remaining or overdue, ticking, while the clock runs; the state otherwise."""
    if row.status == ClockStatus.RUNNING and row.due_at is not None:
        total = (row.due_at - row.started_at).total_seconds()
        return kit.sla(row.due_at, time.now(), max(int(total), 1))
    return kit.state(row.status_choice)


def _late(rows: QuerySet[Any], is_late: bool) -> QuerySet[Any]:
    return rows.filter(breached_at__isnull=not is_late)


def _unheard(rows: QuerySet[Any], is_unheard: bool) -> QuerySet[Any]:
    return rows.filter(is_unheard=is_unheard)


class ClockTable(Table):
    """The clocks that the viewer may see."""

    name = "clocks.clock"
    caption = _("计时")
    order = ("-started_at", "-id")
    columns = [
        Column("title", _("事项"), link=True),
        Column("status", _("状态"), render=chip, card="side", export_value=lambda row: str(row.status_choice.label)),
        Column("kind_label", _("时限类型")),
        Column("owner", _("负责人"), accessor="owner.display_name"),
        Column("node", _("单位"), accessor="node.name", priority=2),
        Column("due_at", _("到期时间"), kind="when", sort="due_at"),
        Column("started_at", _("开始时间"), kind="when", sort="started_at", priority=2),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("事项"), fields=("title", "origin")),
        filters.MultiFilter(name="kind", label=_("时限类型"), choices=lambda viewer: queries.kind_choices()),
        filters.MultiFilter(name="status", label=_("状态"), choices=ClockStatus.choices),
        filters.BoolFilter(name="late", label=_("超时"), apply=_late),
        filters.BoolFilter(name="unheard", label=_("升级无人接收"), apply=_unheard, is_extra=True),
        filters.DateRangeFilter(name="due", label=_("到期日期"), field="due_at"),
    ]
    views = [
        View("live", _("进行中"), {"status": ["running", "paused"]}),
        View("late", _("已超时"), {"status": ["running", "paused"], "late": "1"}, tone="bad"),
        View("paused", _("已暂停"), {"status": ["paused"]}),
        View("unheard", _("无人接收"), {"unheard": "1"}, tone="bad"),
        View("all", _("全部")),
    ]
    export_permission = ""
    empty = Empty("timer", _("没有计时"), _("任务、审批等有时限的事项开始后会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.with_unheard(queries.clocks_for(self.viewer)).select_related("owner", "node")

    def row_url(self, row: Any) -> str:
        return reverse("clocks:clock", args=[row.pk])
