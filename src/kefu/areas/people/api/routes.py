"""Units, employees and agents for other systems."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.api import file, posts
from kefu.areas.people.models import Agent, Employee, Post, Unit
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.privacy.queries import masked

router = Router()
router.add_router("", posts.router)
router.add_router("", file.router)


class UnitOut(Schema):
    """A unit as it stood on the day asked for."""

    code: str
    name: str
    kind: str
    parent: str | None = Field(description="Code of the unit above, within what the caller may see")
    leader: str
    members: int
    total: int = Field(description="Members of the whole subtree")


class EmployeeOut(Schema):
    """An employee; the phone is masked."""

    number: str
    name: str
    unit: str = Field(description="Code of the unit")
    unit_name: str
    post: str = Field(description="Name of the post")
    phone: str
    hired_on: date
    left_on: date | None
    state: str


class StayOut(Schema):
    """A stay in a unit."""

    unit: str
    unit_name: str
    starts_on: date
    ends_on: date | None = Field(description="First day after the stay; `null` for the present one")


class AgentOut(Schema):
    """A telephone login."""

    code: str
    name: str
    employee: str | None = Field(description="Number of the employee")
    employee_name: str
    is_active: bool


class EmployeeIn(Schema):
    """Somebody new."""

    number: str = Field(max_length=40)
    name: str = Field(max_length=64)
    unit: str = Field(max_length=40, description="Code of the unit")
    hired_on: date
    post: str = Field("", max_length=64, description="Name or code of a post")
    phone: str = Field("", max_length=24)


class TransferIn(Schema):
    """To another unit from a day on."""

    unit: str = Field(max_length=40, description="Code of the unit")
    starts_on: date


class LeaveIn(Schema):
    """The last day of work."""

    left_on: date


class AgentLinkIn(Schema):
    """Whose login it is; `null`: nobody's."""

    employee: str | None = Field(None, max_length=40, description="Number of the employee")


class EmployeeQuery(PageQuery):
    """Which employees."""

    unit: str = Field("", max_length=40, description="Code of a unit; everybody below it too")


@router.get("/units", response=list[UnitOut], summary="List units")
@requires(permissions.UNIT_VIEW)
def list_units(request: HttpRequest, on: date | None = None) -> Any:
    """The org tree of any day (default: today) in drawing order."""
    roots = queries.unit_tree(actor_of(request), on or today())
    above = {below.unit.pk: branch.unit.code for root in roots for branch in root.walk() for below in branch.branches}
    return [
        UnitOut(
            code=branch.unit.code,
            name=branch.unit.name,
            kind=branch.unit.kind,
            parent=above.get(branch.unit.pk),
            leader=branch.leader,
            members=branch.members,
            total=branch.total,
        )
        for root in roots
        for branch in root.walk()
    ]


@router.get("/units/{code}/members", response=list[EmployeeOut], summary="List members of a unit")
@requires(permissions.EMPLOYEE_VIEW)
def list_members(request: HttpRequest, code: str, on: date | None = None) -> Any:
    """Who belonged to the unit itself on a day (default: today)."""
    unit = _unit(request, code)
    return _employees(queries.employees_of_unit(actor_of(request), unit.pk, on or today()))


@router.get("/employees", response=KeysetPage[EmployeeOut], summary="List employees")
@requires(permissions.EMPLOYEE_VIEW)
def list_employees(request: HttpRequest, query: Query[EmployeeQuery]) -> Any:
    """The employees whom the caller may see, by name."""
    rows = queries.employees(actor_of(request))
    if query.unit:
        rows = rows.filter(unit_id__in=subtree_ids([_unit(request, query.unit).pk]))
    page = keyset_page(rows, query, order=("name_key", "id"))
    return {"items": _employees(page["items"]), "next": page["next"]}


@router.get("/employees/{number}", response=EmployeeOut, summary="Get an employee")
@requires(permissions.EMPLOYEE_VIEW)
def get_employee(request: HttpRequest, number: str) -> Any:
    """One employee."""
    return _employees([_employee(request, number)])[0]


@router.get("/employees/{number}/stays", response=list[StayOut], summary="List where an employee belonged")
@requires(permissions.EMPLOYEE_VIEW)
def list_stays(request: HttpRequest, number: str) -> Any:
    """The latest first."""
    return [
        StayOut(unit=stay.unit.code, unit_name=stay.unit.name, starts_on=stay.starts_on, ends_on=stay.ends_on)
        for stay in queries.memberships_of(_employee(request, number))
    ]


@router.post("/employees", response={201: EmployeeOut}, summary="Enter an employee")
@requires(permissions.EMPLOYEE_MANAGE)
@idempotent
def create_employee(request: HttpRequest, data: EmployeeIn) -> Any:
    """A member of the unit from the first day."""
    employee = services.create_employee(
        actor=actor_of(request), **{**data.dict(), "unit": _unit_named(data.unit), "post": _post_named(data.post)}
    )
    return Status(201, _employees([employee])[0])


@router.post("/employees/{number}/transfer", response=EmployeeOut, summary="Transfer an employee")
@requires(permissions.EMPLOYEE_MANAGE)
@idempotent
def transfer_employee(request: HttpRequest, number: str, data: TransferIn) -> Any:
    """The time before stays with the old unit."""
    employee = _employee(request, number)
    services.transfer_employee(
        actor=actor_of(request), employee=employee, unit=_unit_named(data.unit), starts_on=data.starts_on
    )
    return _employees([_employee(request, number)])[0]


@router.post("/employees/{number}/leave", response=EmployeeOut, summary="Record that an employee leaves")
@requires(permissions.EMPLOYEE_MANAGE)
@idempotent
def leave(request: HttpRequest, number: str, data: LeaveIn) -> Any:
    """From the next day on the account is closed."""
    employee = services.record_leaving(
        actor=actor_of(request), employee=_employee(request, number), left_on=data.left_on
    )
    return _employees([employee])[0]


@router.get("/agents", response=KeysetPage[AgentOut], summary="List agents")
@requires(permissions.AGENT_VIEW)
def list_agents(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """The telephone logins that the caller may see."""
    return keyset_page(queries.agents_visible_to(actor_of(request)), query, order=("code", "id"), present=_agent)


@router.put("/agents/{path:code}/employee", response=AgentOut, summary="Say whose login it is")
@requires(permissions.AGENT_MANAGE)
@idempotent
def link_agent(request: HttpRequest, code: str, data: AgentLinkIn) -> Any:
    """Calls of the past follow the owner's team of their day."""
    agent = queries.agents_visible_to(actor_of(request)).filter(code=code).first()
    if agent is None:
        raise NotFound(_("没有这个坐席工号，或者您无权查看。"))
    employee = _employee(request, data.employee) if data.employee else None
    return _agent(services.link_agent(actor=actor_of(request), agent=agent, employee=employee))


def _unit(request: HttpRequest, code: str) -> Unit:
    found = queries.units_visible_to(actor_of(request)).filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这个单位，或者您无权查看。"))
    return found


def _unit_named(code: str) -> Unit:
    unit = queries.unit_by_code(code)
    if unit is None:
        raise InvalidInput(_("没有编码为“%(code)s”的单位。") % {"code": code}, field="unit")
    return unit


def _post_named(text: str) -> Post | None:
    if not text.strip():
        return None
    post = queries.post_named(text)
    if post is None:
        raise InvalidInput(_("岗位目录里没有“%(name)s”。") % {"name": text}, field="post")
    return post


def _employee(request: HttpRequest, number: str) -> Employee:
    found = queries.employees(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    return found


def _employees(rows: Any) -> list[EmployeeOut]:
    people = list(rows)
    masks = masked(person.phone_token for person in people)
    day = today()
    return [
        EmployeeOut(
            number=person.number,
            name=person.name,
            unit=person.unit.code,
            unit_name=person.unit.name,
            post=person.post.name if person.post else "",
            phone=masks.get(bytes(person.phone_token), "") if person.phone_token else "",
            hired_on=person.hired_on,
            left_on=person.left_on,
            state=person.state_on(day).value,
        )
        for person in people
    ]


def _agent(agent: Agent) -> AgentOut:
    owner = agent.employee
    return AgentOut(
        code=agent.code,
        name=agent.name,
        employee=owner.number if owner else None,
        employee_name=owner.name if owner else "",
        is_active=agent.is_active,
    )
