"""The lists of posts, expiring skills, rewards, and signatures of the staff code."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import queries
from kefu.areas.people.choices import CertificateState, MeritKind, MeritState, PostCategory, SkillCategory
from kefu.areas.people.models import Skill
from kefu.areas.people.web.forms import unit_choices
from kefu.areas.people.web.tables import by_words
from kefu.platform.access.queries import subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.webui.tables import Column, Empty, Table, View, filters


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(name__icontains=text) | Q(code__icontains=text))


def _people(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return by_words(rows, text, "employee__")


def _unit(rows: QuerySet[Any], unit: str) -> QuerySet[Any]:
    return rows.filter(unit_id__in=subtree_ids([int(unit)]))


def _their_unit(rows: QuerySet[Any], unit: str) -> QuerySet[Any]:
    return rows.filter(employee__unit_id__in=subtree_ids([int(unit)]))


class PostTable(Table):
    """The post catalogue."""

    name = "people.posts"
    order = ("sort_order", "id")
    columns = [
        Column("name", _("岗位"), link=True, sort="name"),
        Column("code", _("编码"), priority=2),
        Column("category", _("类别"), accessor="get_category_display", sort="category"),
        Column("superior", _("直接上级岗位"), accessor="superior.name"),
        Column("seat", _("专席"), accessor="seat_type.name"),
        Column("held", _("现有人数"), kind="number"),
        Column("is_key", _("关键岗位"), kind="bool", priority=2),
        Column("is_active", _("启用"), kind="bool", card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("名称或编码"), apply=_named),
        filters.ChoiceFilter(name="category", label=_("类别"), choices=PostCategory.choices, field="category"),
        filters.BoolFilter(name="is_key", label=_("关键岗位"), field="is_key"),
        filters.BoolFilter(name="is_active", label=_("启用"), field="is_active"),
    ]
    views = [
        View("active", _("启用"), {"is_active": "1"}),
        View("key", _("关键岗位"), {"is_key": "1"}),
        View("all", _("全部")),
    ]
    export_permission = ""
    export_name = "posts"
    empty = Empty("briefcase", _("还没有岗位"), _("新建岗位，写明职责、权限、标准和考核指标。"))

    def rows(self) -> QuerySet[Any]:
        """The catalogue."""
        return queries.posts()

    def row_url(self, row: Any) -> str:
        """The post's page."""
        return reverse("people:post", args=[row.code])


class SkillTable(Table):
    """The skill catalogue."""

    name = "people.skill_catalogue"
    order = ("sort_order", "id")
    columns = [
        Column("name", _("技能"), link=True, sort="name"),
        Column("code", _("编码"), priority=2),
        Column("category", _("类别"), accessor="get_category_display", sort="category"),
        Column("description", _("说明"), css="ui-wrap"),
        Column("valid_months", _("有效期（月）"), kind="number", help=_("空白表示长期有效。")),
        Column("is_active", _("启用"), kind="bool", card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("名称或编码"), apply=_named),
        filters.ChoiceFilter(name="category", label=_("类别"), choices=SkillCategory.choices, field="category"),
    ]
    export_permission = ""
    export_name = "skills"
    empty = Empty("graduation-cap", _("还没有技能"), _("新建技能，说明各等级要达到什么水平。"))

    def rows(self) -> QuerySet[Any]:
        """The catalogue."""
        return Skill.objects.all()

    def row_url(self, row: Any) -> str:
        """The skill's form."""
        return reverse("people:skill_edit", args=[row.code])


class ExpiringTable(Table):
    """Certificates that lapse within 30 days or have lapsed."""

    name = "people.expiring_skills"
    order = ("expires_on", "id")
    columns = [
        Column("employee", _("员工"), accessor="employee.name", kind="avatar", link=True),
        Column("number", _("工号"), accessor="employee.number"),
        Column("unit", _("单位"), accessor="employee.unit.name"),
        Column("skill", _("技能"), accessor="skill.name"),
        Column("level", _("等级"), kind="number"),
        Column("certified_on", _("认证日期"), kind="date", priority=2),
        Column("expires_on", _("有效期至"), kind="date", sort="expires_on"),
        Column("state", _("状态"), accessor="state_today", kind="state", choices=CertificateState, card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("工号、姓名或拼音"), apply=_people),
        filters.ChoiceFilter(name="unit", label=_("单位"), choices=unit_choices, apply=_their_unit),
    ]
    export_permission = ""
    export_name = "expiring-skills"
    empty = Empty("circle-check", _("没有即将到期的技能"), _("30 天内到期和已过期的认证会出现在这里。"))

    def rows(self) -> QuerySet[Any]:
        """The viewer's people's."""
        return queries.expiring(self.viewer, today())

    def prepare(self, rows: list[Any]) -> list[Any]:
        """States in bulk."""
        for row in rows:
            row.state_today = queries.state_of(row, today()).value
        return rows

    def row_url(self, row: Any) -> str:
        """The person's skills."""
        return reverse("people:skills_of", args=[row.employee.number])


class MeritTable(Table):
    """Rewards, penalties and praise."""

    name = "people.merits"
    order = ("-happened_on", "-id")
    columns = [
        Column("title", _("事由"), link=True),
        Column("number", _("编号"), priority=2),
        Column("employee", _("员工"), accessor="employee.name", kind="avatar"),
        Column("unit", _("单位"), accessor="unit.name"),
        Column("kind", _("类型"), kind="state", choices=MeritKind),
        Column("amount", _("金额（元）"), align="right"),
        Column("points", _("积分"), kind="number"),
        Column("happened_on", _("发生日期"), kind="date", sort="happened_on"),
        Column("state", _("状态"), kind="state", choices=MeritState, card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("工号、姓名或拼音"), apply=_people),
        filters.ChoiceFilter(name="unit", label=_("单位"), choices=unit_choices, apply=_unit),
        filters.ChoiceFilter(name="kind", label=_("类型"), choices=MeritKind.choices, field="kind"),
        filters.ChoiceFilter(name="state", label=_("状态"), choices=MeritState.choices, field="state"),
        filters.DateRangeFilter(name="happened", label=_("发生日期"), field="happened_on", dates=True),
    ]
    views = [
        View("all", _("全部")),
        View("appealed", _("申诉中"), {"state": "appealed"}, tone="warn"),
        View("praise", _("客户表扬"), {"kind": "praise"}),
        View("penalty", _("处罚"), {"kind": "penalty"}),
    ]
    export_permission = ""
    export_name = "merits"
    empty = Empty("medal", _("还没有奖惩记录"), _("登记奖励、处罚和客户表扬，本人可以申诉。"))

    def rows(self) -> QuerySet[Any]:
        """The entries in the viewer's scope."""
        return queries.merits(self.viewer)

    def row_url(self, row: Any) -> str:
        """The entry's page."""
        return reverse("people:merit", args=[row.number])


class SignerTable(Table):
    """Who has signed the staff code in force, and who has not."""

    name = "people.code_signers"
    order = ("name_key", "id")
    columns = [
        Column("name", _("姓名"), kind="avatar", link=True, sort="name_key"),
        Column("number", _("工号")),
        Column("unit", _("单位"), accessor="unit.name"),
        Column("signed_at", _("签署时间"), kind="when"),
        Column("has_signed", _("已签署"), kind="bool", card="side"),
    ]
    filters = [
        filters.TextFilter(name="q", label=_("查找"), placeholder=_("工号、姓名或拼音"), apply=by_words),
        filters.ChoiceFilter(name="unit", label=_("单位"), choices=unit_choices, apply=_unit),
        filters.BoolFilter(name="signed", label=_("已签署"), field="has_signed"),
    ]
    views = [
        View("unsigned", _("未签署"), {"signed": "0"}, tone="warn"),
        View("signed", _("已签署"), {"signed": "1"}),
        View("all", _("全部")),
    ]
    export_permission = ""
    export_name = "staff-code-signatures"
    empty = Empty("circle-check", _("没有符合条件的员工"), _("换一个筛选条件。"))

    def rows(self) -> QuerySet[Any]:
        """Those whom the viewer follows."""
        return queries.signers(self.viewer, self.context["code"])

    def row_url(self, row: Any) -> str:
        """The employee's page."""
        return reverse("people:employee", args=[row.number])
