"""The lists of tasks: one's own, and those of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kefu.kernel import clock
from kefu.platform.access import queries as access
from kefu.platform.tasks import queries
from kefu.platform.tasks.choices import TaskState
from kefu.platform.tasks.models import Task
from kefu.platform.tasks.permissions import STEER, VERIFY, WORK
from kefu.platform.tasks.registry import TASK_KINDS
from kefu.platform.webui.tables import BulkAction, Column, Empty, Table, View, filters
from kefu.platform.webui.templatetags import kit

WORKING = (TaskState.OPEN, TaskState.IN_PROGRESS)
WORKING_FILTER = {"state": [state.value for state in WORKING]}


def due(row: Task) -> Any:
    """Remaining or overdue, ticking, while somebody should work on it; else the day it was due."""
    if row.due_at is None:
        return ""
    if row.state in WORKING:
        return kit.sla(row.due_at, clock.now(), max(int((row.due_at - row.created_at).total_seconds()), 1))
    return kit.when(row.due_at)


def titled(row: Task) -> Any:
    """The title with the kind's icon."""
    kind = TASK_KINDS.find(row.kind)
    return format_html("{} {}", kit.icon(kind.icon if kind else "square-check"), row.title)


def kind_choices(viewer: Any) -> list[tuple[str, str]]:
    """The kinds with their words."""
    return [(kind.code, str(kind.label)) for kind in TASK_KINDS]


def _unowned(rows: QuerySet[Any], is_unowned: bool) -> QuerySet[Any]:
    return rows.filter(owner__isnull=is_unowned)


class TaskTable(Table):
    """What both lists share."""

    caption = _("任务")
    order = ("-created_at", "-id")
    columns = [
        Column("title", _("任务"), link=True, render=titled, export_value=lambda row: row.title),
        Column("state", _("状态"), kind="state", choices=TaskState, card="side"),
        Column("due", _("期限"), render=due, sort="due_at", export_value=lambda row: row.due_at),
        Column("owner", _("负责人"), accessor="owner.display_name"),
        Column("node", _("单位"), accessor="node.name", priority=2),
        Column("kind_label", _("类型"), priority=2),
        Column("number", _("任务编号")),
        Column("created_at", _("建立时间"), kind="when", sort="created_at", priority=2),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("任务"), fields=("title", "number")),
        filters.MultiFilter(name="state", label=_("状态"), choices=TaskState.choices),
        filters.MultiFilter(name="kind", label=_("类型"), choices=kind_choices),
        filters.BoolFilter(name="overdue", label=_("超时"), field="is_overdue"),
        filters.BoolFilter(name="unowned", label=_("待领取"), apply=_unowned, is_extra=True),
        filters.DateRangeFilter(name="due", label=_("到期日期"), field="due_at"),
    ]
    export_permission = ""

    def row_url(self, row: Any) -> str:
        return reverse("tasks:task", args=[row.number])

    def row_id(self, row: Any) -> str:
        return str(row.number)


class MyTaskTable(TaskTable):
    """One's own tasks, and those that wait unowned at one's unit."""

    name = "tasks.mine"
    views = [
        View("todo", _("待办"), WORKING_FILTER),
        View("overdue", _("已超时"), {**WORKING_FILTER, "overdue": "1"}, tone="bad"),
        View("unowned", _("待领取"), {**WORKING_FILTER, "unowned": "1"}),
        View("waiting", _("等待复核"), {"state": ["to_verify"]}),
        View("all", _("全部")),
    ]
    empty = Empty("square-check", _("没有任务"), _("分派给您的任务和本单位待领取的任务会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.own_tasks(self.viewer).select_related("owner", "node")

    def bulk_actions(self) -> Sequence[BulkAction]:
        if not access.has_permission(self.viewer, WORK):
            return ()
        return [
            BulkAction(_("领取任务"), reverse("tasks:bulk", args=["take"]), icon="hand"),
            BulkAction(_("开始处理"), reverse("tasks:bulk", args=["start"]), icon="play"),
            BulkAction(_("提交完成"), reverse("tasks:bulk", args=["complete"]), icon="check"),
        ]


class TeamTaskTable(TaskTable):
    """The tasks inside the viewer's scope."""

    name = "tasks.team"
    views = [
        View("todo", _("待办"), WORKING_FILTER),
        View("overdue", _("已超时"), {**WORKING_FILTER, "overdue": "1"}, tone="bad"),
        View("unowned", _("待领取"), {**WORKING_FILTER, "unowned": "1"}, tone="warn"),
        View("to_verify", _("待复核"), {"state": ["to_verify"]}, tone="warn"),
        View("all", _("全部")),
    ]
    empty = Empty("list-checks", _("没有任务"), _("您数据范围内的任务会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        return queries.tasks_for(self.viewer).select_related("owner", "node")

    def bulk_actions(self) -> Sequence[BulkAction]:
        found = []
        if access.has_permission(self.viewer, VERIFY):
            found.append(BulkAction(_("复核通过"), reverse("tasks:bulk", args=["verify"]), icon="check-check"))
        if access.has_permission(self.viewer, STEER):
            found.append(BulkAction(_("转交任务"), reverse("tasks:bulk_hand_over"), icon="arrow-right-left"))
        return found
