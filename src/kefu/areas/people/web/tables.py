"""The lists of the people room."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import queries
from kefu.areas.people.choices import AgentState, EmployeeState
from kefu.areas.people.web.forms import post_choices, unit_choices
from kefu.platform.access.queries import subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.privacy.queries import masked
from kefu.platform.webui.tables import Column, Empty, Table, View, filters


def by_words(rows: QuerySet[Any], text: str, prefix: str = "") -> QuerySet[Any]:
    """Number, name, pinyin or the first letters of the pinyin."""
    for word in text.split()[:6]:
        low = word.lower()
        rows = rows.filter(
            Q(**{f"{prefix}number__istartswith": word})
            | Q(**{f"{prefix}name__icontains": word})
            | Q(**{f"{prefix}name_key__contains": low})
            | Q(**{f"{prefix}initials__startswith": low})
        )
    return rows


def _in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    day = today()
    if state == EmployeeState.COMING:
        return rows.filter(hired_on__gt=day)
    if state == EmployeeState.LEFT:
        return rows.filter(left_on__lt=day)
    return rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=day), hired_on__lte=day)


def _below(rows: QuerySet[Any], unit: str) -> QuerySet[Any]:
    return rows.filter(unit_id__in=subtree_ids([int(unit)]))


def _in_post(rows: QuerySet[Any], post: str) -> QuerySet[Any]:
    return rows.filter(post_id=int(post))


class EmployeeTable(Table):
    """All employees whom the viewer sees."""

    name = "people.employees"
    order = ("name_key", "id")
    columns = [
        Column("name", _("姓名"), kind="avatar", link=True, sort="name_key"),
        Column("number", _("工号"), sort="number"),
        Column("unit", _("单位"), accessor="unit.name"),
        Column("post", _("岗位"), accessor="post.name"),
        Column("phone", _("电话"), render=lambda row: row.phone_mask, export_value=lambda row: row.phone_mask),
        Column("hired_on", _("入职日期"), kind="date", sort="hired_on", priority=2),
        Column(
            "state",
            _("状态"),
            accessor="state_today",
            kind="state",
            choices=EmployeeState,
            card="side",
        ),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("工号、姓名或拼音"), apply=by_words),
        filters.ChoiceFilter(name="unit", label=_("单位"), choices=unit_choices, apply=_below),
        filters.ChoiceFilter(name="post", label=_("岗位"), choices=post_choices, apply=_in_post),
        filters.ChoiceFilter(name="state", label=_("状态"), choices=EmployeeState.choices, apply=_in_state),
        filters.DateRangeFilter(name="hired", label=_("入职日期"), field="hired_on", dates=True),
    ]
    views = [
        View("employed", _("在职"), {"state": "employed"}),
        View("left", _("已离职"), {"state": "left"}),
        View("all", _("全部")),
    ]
    export_permission = ""
    export_name = "employees"
    empty = Empty("users", _("还没有员工"), _("新建员工，或用 xlsx 导入花名册。"))

    def rows(self) -> QuerySet[Any]:
        """The viewer's employees."""
        return queries.employees(self.viewer)

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Masks and states in bulk."""
        masks = masked(row.phone_token for row in rows)
        day = today()
        for row in rows:
            row.phone_mask = masks.get(bytes(row.phone_token), "") if row.phone_token else ""
            row.state_today = row.state_on(day).value
        return rows

    def row_url(self, row: Any) -> str:
        """The employee's page."""
        return reverse("people:employee", args=[row.number])


def _by_agent(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    owners = by_words(rows, text, "employee__")
    return rows.filter(Q(pk__in=owners.values("pk")) | Q(code__icontains=text) | Q(name__icontains=text))


def _agent_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == AgentState.RETIRED:
        return rows.filter(is_active=False)
    return rows.filter(is_active=True, employee__isnull=state == AgentState.UNLINKED)


def _agents_below(rows: QuerySet[Any], unit: str) -> QuerySet[Any]:
    return rows.filter(employee__unit_id__in=subtree_ids([int(unit)]))


class AgentTable(Table):
    """All telephone logins that the viewer sees."""

    name = "people.agents"
    order = ("code", "id")
    columns = [
        Column("code", _("坐席工号"), link=True, sort="code"),
        Column("employee", _("员工"), accessor="employee.name", kind="avatar"),
        Column("number", _("工号"), accessor="employee.number"),
        Column("unit", _("班组"), accessor="employee.unit.name"),
        Column("name", _("显示名称"), priority=2),
        Column("created_at", _("首次出现"), kind="when", sort="created_at", priority=2),
        Column("state", _("状态"), kind="state", choices=AgentState, card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("坐席工号、姓名或拼音"), apply=_by_agent),
        filters.ChoiceFilter(name="unit", label=_("班组"), choices=unit_choices, apply=_agents_below),
        filters.ChoiceFilter(name="state", label=_("状态"), choices=AgentState.choices, apply=_agent_state),
    ]
    views = [
        View("all", _("全部")),
        View("unlinked", _("未关联"), {"state": "unlinked"}, tone="warn"),
        View("retired", _("已停用"), {"state": "retired"}),
    ]
    export_permission = ""
    export_name = "agents"
    empty = Empty("headset", _("还没有坐席工号"), _("话务日志里出现的坐席会自动登记在这里。"))

    def rows(self) -> QuerySet[Any]:
        """The viewer's agents."""
        return queries.agents_visible_to(self.viewer)

    def row_url(self, row: Any) -> str:
        """The agent's page."""
        return reverse("people:agent", args=[row.pk])
