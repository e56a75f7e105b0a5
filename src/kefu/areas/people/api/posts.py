"""Posts, establishment, skills, rewards, leaders and the staff code for other systems."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Employee, Merit, SeatType, Skill, Unit
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.services.tree import today
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page

router = Router()


class PostOut(Schema):
    """A post of the catalogue; the lists have one item a line."""

    code: str
    name: str
    category: str
    superior: str | None = Field(description="Code of the post above")
    seat_type: str | None
    duties: str
    authority: str
    standards: str
    measures: str
    skills: dict[str, int] = Field(description="Skill code → level asked for")
    held: int = Field(description="People who hold it today")
    is_key: bool
    is_active: bool


class PostAssignIn(Schema):
    """Which post from when; `null`: none."""

    post: str | None = Field(None, max_length=64, description="Name or code of the post")
    starts_on: date


class StaffLineOut(Schema):
    """Plan and actual of a post in a unit."""

    unit: str
    unit_name: str
    post: str
    post_name: str
    plan: int
    actual: int
    gap: int


class RatioOut(Schema):
    """A staffing rule judged in a unit."""

    rule: str
    name: str
    unit: str
    have: int
    need: int
    base: int
    is_broken: bool


class StaffingOut(Schema):
    """The establishment of a unit and everything below it on a day."""

    unit: str
    on: date
    plan: int
    actual: int
    gap: int
    lines: list[StaffLineOut]
    ratios: list[RatioOut]


class HeadcountIn(Schema):
    """How many of a post from when; 0 ends the plan."""

    post: str = Field(max_length=64, description="Name or code of the post")
    headcount: int = Field(ge=0, le=9999)
    starts_on: date


class LedOut(Schema):
    """Who led a unit on the day asked for."""

    unit: str
    unit_name: str
    leader: str | None = Field(description="Number of the employee")
    leader_name: str
    since: date | None
    deputies: list[str] = Field(description="Numbers of the employees")


class SkillLevelOut(Schema):
    """A skill that counts on the day asked for."""

    skill: str
    level: int
    expires_on: date | None


class CertifyIn(Schema):
    """What somebody proved."""

    skill: str = Field(max_length=40, description="Code of the skill")
    level: int = Field(ge=0, le=5)
    method: str = Field(description="`exam` or `leader`")
    certified_on: date
    score: Decimal | None = Field(None, ge=0, le=100)
    evidence: str = Field("", max_length=2000)
    expires_on: date | None = None


class MeritOut(Schema):
    """An entry of the rewards ledger."""

    number: str
    employee: str
    kind: str
    channel: str
    title: str
    happened_on: date
    amount: Decimal
    points: int
    state: str


class MeritIn(Schema):
    """A reward, a penalty or praise; amount and points without a sign."""

    employee: str = Field(max_length=40, description="Number of the employee")
    kind: str = Field(description="`reward`, `penalty` or `praise`")
    title: str = Field(max_length=120)
    happened_on: date
    body: str = Field("", max_length=4000)
    channel: str = Field("", max_length=8)
    amount: Decimal = Field(Decimal(0), ge=0, le=99_999_999)
    points: int = Field(0, ge=0, le=100_000)


class SitterOut(Schema):
    """Somebody who may sit at a seat."""

    number: str
    name: str
    unit: str


@router.get("/posts", response=list[PostOut], summary="List posts")
@requires(permissions.POST_VIEW)
def list_posts(request: HttpRequest) -> Any:
    """The catalogue in its order."""
    return [
        PostOut(
            code=post.code,
            name=post.name,
            category=post.category,
            superior=post.superior.code if post.superior else None,
            seat_type=post.seat_type.code if post.seat_type else None,
            duties=post.duties,
            authority=post.authority,
            standards=post.standards,
            measures=post.measures,
            skills={row.skill.code: row.level for row in post.skills.all()},
            held=post.held,  # type: ignore[attr-defined]
            is_key=post.is_key,
            is_active=post.is_active,
        )
        for post in queries.posts().prefetch_related("skills__skill")
    ]


@router.post("/employees/{number}/post", response={204: None}, summary="Change an employee's post")
@requires(permissions.EMPLOYEE_MANAGE)
@idempotent
def assign_post(request: HttpRequest, number: str, data: PostAssignIn) -> Any:
    """The time before stays with the old post."""
    post = queries.post_named(data.post) if data.post else None
    if data.post and post is None:
        raise InvalidInput(_("岗位目录里没有“%(name)s”。") % {"name": data.post}, field="post")
    employee = _employee(request, number)
    services.assign_post(actor=actor_of(request), employee=employee, post=post, starts_on=data.starts_on)
    return Status(204, None)


@router.get("/units/{code}/staffing", response=StaffingOut, summary="Get the establishment of a unit")
@requires(permissions.ESTABLISHMENT_VIEW)
def staffing(request: HttpRequest, code: str, on: date | None = None) -> Any:
    """Plan, actual, gap and staffing rules, as of any day (default: today)."""
    found = queries.staffing_on(actor_of(request), _unit(request, code).pk, on or today())
    if found is None:
        raise NotFound(_("没有这个单位，或者您无权查看。"))
    return StaffingOut(
        unit=found.unit.code,
        on=found.day,
        plan=found.total.plan,
        actual=found.total.actual,
        gap=found.total.gap,
        lines=[
            StaffLineOut(
                unit=unit.code, unit_name=unit.name, post=post.code, post_name=post.name,
                plan=plan, actual=have, gap=have - plan,
            )
            for unit, post, plan, have in found.rows
        ],
        ratios=[
            RatioOut(
                rule=row.rule.code, name=row.rule.name, unit=row.unit.code, have=row.verdict.have,
                need=row.verdict.need, base=row.verdict.base, is_broken=row.verdict.is_broken,
            )
            for row in found.judged
        ],
    )  # fmt: skip


@router.put("/units/{code}/headcount", response={204: None}, summary="Plan the headcount of a post in a unit")
@requires(permissions.ESTABLISHMENT_MANAGE)
@idempotent
def set_headcount(request: HttpRequest, code: str, data: HeadcountIn) -> Any:
    """From a day on; the plan of the days before stays."""
    post = queries.post_named(data.post)
    if post is None:
        raise InvalidInput(_("岗位目录里没有“%(name)s”。") % {"name": data.post}, field="post")
    services.set_headcount(
        actor=actor_of(request), unit=_unit(request, code), post=post, headcount=data.headcount,
        starts_on=data.starts_on,
    )  # fmt: skip
    return Status(204, None)


@router.get("/leaders", response=list[LedOut], summary="List who led which unit on a day")
@requires(permissions.UNIT_VIEW)
def list_leaders(request: HttpRequest, on: date | None = None, unit: str = "") -> Any:
    """Leaders and deputies of all units in sight, or of one, on any day (default: today)."""
    return [
        LedOut(
            unit=row.unit.code,
            unit_name=row.unit.name,
            leader=row.leader.number if row.leader else None,
            leader_name=row.leader.name if row.leader else "",
            since=row.since,
            deputies=[person.number for person in row.deputies],
        )
        for row in queries.leaders_on(actor_of(request), on or today())
        if not unit or row.unit.code == unit
    ]


@router.get("/employees/{number}/skills", response=list[SkillLevelOut], summary="List an employee's skills")
@requires(permissions.SKILL_VIEW)
def list_skills(request: HttpRequest, number: str, on: date | None = None) -> Any:
    """The levels that count on a day (default: today)."""
    person = queries.people_with_skills(actor_of(request)).filter(number=number).first()
    if person is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    levels = queries.skills_on([person.pk], on or today())[person.pk]
    return [SkillLevelOut(skill=code, level=own.level, expires_on=own.expires_on) for code, own in levels.items()]


@router.post("/employees/{number}/skills", response={201: SkillLevelOut}, summary="Certify a skill")
@requires(permissions.SKILL_CERTIFY)
@idempotent
def certify(request: HttpRequest, number: str, data: CertifyIn) -> Any:
    """By an exam (with its score) or by a leader (with evidence)."""
    skill = Skill.objects.filter(code=data.skill).first()
    if skill is None:
        raise InvalidInput(_("没有这项技能。"), field="skill")
    words = {**data.dict(), "skill": skill}
    made = services.certify(actor=actor_of(request), employee=_employee(request, number), **words)
    return Status(201, SkillLevelOut(skill=skill.code, level=made.level, expires_on=made.expires_on))


@router.get("/seats/{code}/people", response=list[SitterOut], summary="List who may sit at a seat type")
@requires(permissions.SKILL_VIEW)
def list_sitters(request: HttpRequest, code: str, on: date | None = None) -> Any:
    """Those in sight whose skills allow it on a day (default: today)."""
    seat = SeatType.objects.prefetch_related("skills__skill").filter(code=code).first()
    if seat is None:
        raise NotFound(_("没有这种专席。"))
    people = queries.who_may_sit(actor_of(request), seat, on or today())
    return [SitterOut(number=person.number, name=person.name, unit=person.unit.code) for person in people]


@router.get("/merits", response=KeysetPage[MeritOut], summary="List rewards and penalties")
@requires(permissions.MERIT_VIEW)
def list_merits(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """The entries that the caller may see, the oldest entered first."""
    page = keyset_page(queries.merits(actor_of(request)), query, order=("id",))
    return {"items": [_merit(merit) for merit in page["items"]], "next": page["next"]}


@router.post("/merits", response={201: MeritOut}, summary="Record a reward, a penalty or praise")
@requires(permissions.MERIT_RECORD)
@idempotent
def record_merit(request: HttpRequest, data: MeritIn) -> Any:
    """Nobody records their own."""
    employee = _employee(request, data.employee)
    made = services.record_merit(actor=actor_of(request), **{**data.dict(), "employee": employee})
    return Status(201, _merit(made))


def _merit(merit: Merit) -> MeritOut:
    return MeritOut(
        number=merit.number, employee=merit.employee.number, kind=merit.kind, channel=merit.channel, title=merit.title,
        happened_on=merit.happened_on, amount=merit.amount, points=merit.points, state=merit.state,
    )  # fmt: skip


def _unit(request: HttpRequest, code: str) -> Unit:
    found = queries.units_visible_to(actor_of(request)).filter(code=code).first()
    if found is None:
        raise NotFound(_("没有这个单位，或者您无权查看。"))
    return found


def _employee(request: HttpRequest, number: str) -> Employee:
    found = queries.employees(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    return found
