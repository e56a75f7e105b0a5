"""The import of employees: a staff list in, people and their logins out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people import permissions, queries, rules, services
from kefu.areas.people.models import Agent, Employee, Post, Unit
from kefu.areas.people.services import NewEmployee
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.registry import Column, ImportContext, ImportKind, Row

COLUMNS = (
    Column(
        "number", gettext_lazy("工号"), required=True, example="K20001", aliases=("员工编号", "编号"), max_length=40
    ),
    Column("name", gettext_lazy("姓名"), required=True, example="张三", mask="name", max_length=64),
    Column(
        "unit",
        gettext_lazy("单位"),
        required=True,
        help=gettext_lazy("单位的编码或名称"),
        example="east-fault-1",
        aliases=("班组", "部门", "所属单位"),
        max_length=80,
    ),
    Column(
        "post",
        gettext_lazy("岗位"),
        help=gettext_lazy("岗位目录里的名称或编码"),
        example="客服代表",
        aliases=("职务",),
        max_length=64,
    ),
    Column(
        "phone", gettext_lazy("电话"), example="15400001234", aliases=("手机", "手机号"), mask="phone", max_length=24
    ),
    Column(
        "hired_on",
        gettext_lazy("入职日期"),
        required=True,
        kind=ColumnKind.DATE,
        example="2026-03-01",
        aliases=("入职时间",),
    ),
    Column(
        "agent",
        gettext_lazy("坐席工号"),
        help=gettext_lazy("话务系统里的名称，如 Agent/2001"),
        example="Agent/2001",
        aliases=("话务工号",),
        max_length=120,
    ),
    Column(
        "leads",
        gettext_lazy("负责单位"),
        help=gettext_lazy("填“是”或单位的编码、名称，即任命为该单位的负责人"),
        example="",
        aliases=("负责人", "任职"),
        max_length=80,
    ),
)
YES = frozenset({"是", "y", "yes", "1"})


def prepare(rows: list[Row], ctx: ImportContext) -> None:
    """Who and what the chunk names, in four statements."""
    numbers = {str(row.get("number", "")).strip() for row in rows}
    logins = {str(row.get("agent", "")).strip() for row in rows}
    ctx.cache["people"] = {person.number: person for person in Employee.objects.filter(number__in=numbers)}
    ctx.cache["owners"] = dict(
        Agent.objects.filter(code__in=logins, employee__isnull=False).values_list("code", "employee__number")
    )
    if "units" not in ctx.cache:
        units: dict[str, list[Unit]] = {}
        for unit in Unit.objects.filter(ends_on__isnull=True):
            for key in {unit.code, unit.name}:
                units.setdefault(key, []).append(unit)
        ctx.cache["units"] = units
        ctx.cache["posts"] = queries.posts_by_name()
        ctx.cache["scope"] = scope_for(ctx.actor, permissions.EMPLOYEE_MANAGE)
        ctx.cache["agent_scope"] = scope_for(ctx.actor, permissions.AGENT_MANAGE)
        ctx.cache["unit_scope"] = scope_for(ctx.actor, permissions.UNIT_MANAGE)


def validate(row: Row, ctx: ImportContext) -> Iterable[tuple[str, str]]:
    """What is wrong with a row; says what to do."""
    number, name = str(row["number"]).strip(), str(row["name"]).strip()
    if not rules.is_code(number):
        yield "number", _("工号只能由字母、数字和 . _ - 组成")
    earlier = ctx.seen("number", number, row.number)
    if earlier is not None:
        yield "number", _("工号与第 %(row)d 行重复") % {"row": earlier}
    found = ctx.cache["units"].get(str(row["unit"]).strip(), [])
    unit = found[0] if len(found) == 1 else None
    if not found:
        yield "unit", _("没有这个单位，请先新建或更正编码")
    elif unit is None:
        yield "unit", _("有多个单位叫这个名字，请改填编码")
    elif not ctx.cache["scope"].covers_node(unit.pk):
        yield "unit", _("这个单位不在您的管理范围内")
    known = ctx.cache["people"].get(number)
    if known is not None:
        if known.name != name:
            yield "number", _("工号已属于其他员工")
        elif unit is not None and known.unit_id != unit.pk:
            yield "unit", _("该员工属于其他单位，请用“调动”办理")
    post = str(row.get("post", "")).strip()
    if post and post not in ctx.cache["posts"]:
        yield "post", _("岗位目录里没有这个岗位，请先新建或更正名称")
    phone = str(row.get("phone", "")).strip()
    if phone:
        try:
            services.clean_phone(phone)
        except InvalidInput as error:
            yield "phone", str(error.message)
    yield from _login_faults(row, ctx, number, unit)
    yield from _leading_faults(row, ctx)


def _leading_faults(row: Row, ctx: ImportContext) -> Iterable[tuple[str, str]]:
    if not str(row.get("leads", "")).strip():
        return
    unit = _led_unit(row, ctx)
    if unit is None:
        yield "leads", _("没有这个单位，或有多个同名单位：请填“是”或单位的编码")
        return
    earlier = ctx.seen("leads", unit.pk, row.number)
    if earlier is not None:
        yield "leads", _("第 %(row)d 行已是这个单位的负责人，一个单位只有一位") % {"row": earlier}
    if not ctx.cache["unit_scope"].covers_node(unit.pk):
        yield "leads", _("您不能任命这个单位的负责人")


def _led_unit(row: Row, ctx: ImportContext) -> Unit | None:
    """The unit that the row's person is to lead; ``None`` for none, or for a name that does not say which."""
    said = str(row.get("leads", "")).strip()
    wanted = str(row["unit"]).strip() if said.lower() in YES else said
    found: list[Unit] = ctx.cache["units"].get(wanted, [])
    return found[0] if len(found) == 1 else None


def _login_faults(row: Row, ctx: ImportContext, number: str, unit: Unit | None) -> Iterable[tuple[str, str]]:
    login = str(row.get("agent", "")).strip()
    if not login:
        return
    earlier = ctx.seen("agent", login, row.number)
    if earlier is not None:
        yield "agent", _("坐席工号与第 %(row)d 行重复") % {"row": earlier}
    owner = ctx.cache["owners"].get(login)
    if owner is not None and owner != number:
        yield "agent", _("坐席工号已属于其他员工")
    if unit is not None and not ctx.cache["agent_scope"].covers_node(unit.pk):
        yield "agent", _("您不能为这个单位关联坐席工号")


def apply(rows: list[Row], actor: Actor, ctx: ImportContext) -> Mapping[str, int]:
    """Enter who is new; bring post, phone and login of who is known up to date."""
    fresh: list[NewEmployee] = []
    updated = 0
    for row in rows:
        values = {key: str(row.get(key, "")).strip() for key in ("number", "name", "phone", "agent")}
        post = ctx.cache["posts"].get(str(row.get("post", "")).strip())
        known = ctx.cache["people"].get(values["number"])
        if known is None:
            unit = ctx.cache["units"][str(row["unit"]).strip()][0]
            fresh.append(NewEmployee(unit=unit, hired_on=row["hired_on"], post=post, **values))
            continue
        updated += _bring_up_to_date(actor, known, values, post)
    if fresh:
        services.enter_employees(actor=actor, rows=fresh)
    _appoint(rows, actor, ctx)
    return {"created": len(fresh), "updated": updated}


def _appoint(rows: list[Row], actor: Actor, ctx: ImportContext) -> None:
    """Let those lead who are to; from today, or from their first day when that is to come."""
    led = {str(row["number"]).strip(): unit for row in rows if (unit := _led_unit(row, ctx)) is not None}
    for person in Employee.objects.filter(number__in=led):
        services.appoint(actor=actor, unit=led[person.number], employee=person, starts_on=max(person.hired_on, today()))


def _bring_up_to_date(actor: Actor, known: Employee, values: dict[str, Any], post: Post | None) -> int:
    services.update_employee(
        actor=actor,
        employee=known,
        name=values["name"],
        phone=values["phone"] or None,
    )
    if post is not None and post.pk != known.post_id:
        services.assign_post(actor=actor, employee=known, post=post)
    if values["agent"]:
        pk = services.ensure_agents([values["agent"]])[values["agent"]]
        services.link_agent(actor=actor, agent=Agent.objects.get(pk=pk), employee=known)
    return 1


EMPLOYEES = ImportKind(
    code="people.employees",
    label=gettext_lazy("员工花名册"),
    permission=permissions.EMPLOYEE_IMPORT,
    columns=COLUMNS,
    prepare=prepare,
    validate=validate,
    apply=apply,
    help=gettext_lazy("新工号会新建员工；已有工号且姓名一致的会更新岗位、电话、坐席工号和负责单位。"),
    url_name="people:employees",
)
