"""Posts: the catalogue, who holds what, plan and actual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from kefu.areas.people import permissions
from kefu.areas.people.engine import staffing
from kefu.areas.people.models import Employee, EstablishmentLine, Membership, Post, PostHolding, RatioRule, Unit
from kefu.areas.people.queries.units import below_on, standing_on
from kefu.kernel.actor import Actor
from kefu.platform.access.models import ScopeEdge
from kefu.platform.access.queries import scope_for

DutySource = Callable[[date, frozenset[int]], frozenset[int]]
"""(day, employee ids) → those who work on that day."""
_DUTY_SOURCES: list[DutySource] = []


def offer_duty(source: DutySource) -> DutySource:
    """Register who knows whether people are on duty (the roster); the last one registered answers."""
    _DUTY_SOURCES.append(source)
    return source


def knows_duty() -> bool:
    """Whether anybody knows who is on duty."""
    return bool(_DUTY_SOURCES)


def posts() -> QuerySet[Post]:
    """The catalogue with the number of people who hold each post today."""
    held = Count("employees", filter=Q(employees__left_on__isnull=True))
    return Post.objects.select_related("superior", "seat_type").annotate(held=held)


def post_named(text: str) -> Post | None:
    """The post of that code or name."""
    return Post.objects.filter(Q(code=text.strip()) | Q(name=text.strip())).order_by("-is_active").first()


def posts_by_name() -> dict[str, Post]:
    """Code or name → post in use."""
    found: dict[str, Post] = {}
    for post in Post.objects.filter(is_active=True):
        found[post.name] = found[post.code] = post
    return found


def post_history(employee: Employee) -> list[PostHolding]:
    """The posts somebody held, the latest first."""
    return list(employee.post_holdings.select_related("post").order_by("-starts_on"))


def posts_on(employee_ids: Iterable[int], day: date) -> dict[int, int]:
    """Employee id → post id on that day, for those who held one."""
    rows = PostHolding.objects.filter(standing_on(day), employee_id__in=list(employee_ids))
    return dict(rows.values_list("employee_id", "post_id"))


def holders_of(viewer: Actor, post: Post) -> QuerySet[Employee]:
    """Who holds the post today, among those whom the viewer may see."""
    scope = scope_for(viewer, permissions.EMPLOYEE_VIEW)
    return Employee.objects.inside(scope).filter(post=post, left_on__isnull=True).select_related("unit")


@dataclass(slots=True)
class StaffLine:
    """Plan and actual of something (a post, a unit)."""

    label: str
    pk: int
    plan: int = 0
    actual: int = 0

    @property
    def gap(self) -> int:
        """How many are missing (negative) or over."""
        return self.actual - self.plan


@dataclass(slots=True)
class Broken:
    """A staffing rule in a unit where it is judged."""

    rule: RatioRule
    unit: Unit
    verdict: staffing.Verdict


@dataclass(slots=True)
class Staffing:
    """The establishment of a unit with everything below it, on a day."""

    unit: Unit
    day: date
    total: StaffLine
    by_post: list[StaffLine] = field(default_factory=list)
    by_unit: list[StaffLine] = field(default_factory=list)
    rows: list[tuple[Unit, Post, int, int]] = field(default_factory=list)
    judged: list[Broken] = field(default_factory=list)
    duty_known: bool = False

    @property
    def broken(self) -> list[Broken]:
        """The rules that are broken."""
        return [row for row in self.judged if row.verdict.is_broken]


def staffing_on(viewer: Actor, unit_id: int, day: date) -> Staffing | None:
    """Plan, actual, gap and rules of the unit on ``day``; ``None`` when the viewer may not see it or it was not there.

    Seven statements, whatever the size.
    """
    scope = scope_for(viewer, permissions.ESTABLISHMENT_VIEW)
    units = {unit.pk: unit for unit in Unit.objects.filter(standing_on(day))}
    if unit_id not in units or not (scope.everything or unit_id in scope.node_ids):
        return None
    parents = dict(ScopeEdge.objects.filter(standing_on(day)).values_list("child_id", "parent_id"))
    inside = below_on(units, parents, unit_id)
    places = [
        staffing.Place(pk, parents.get(pk) if pk != unit_id else None, units[pk].kind)
        for pk in sorted(inside, key=lambda pk: (units[pk].sort_order, units[pk].code))
    ]
    plan: staffing.Counts = Counter()
    for unit, post, headcount in EstablishmentLine.objects.filter(standing_on(day), unit_id__in=inside).values_list(
        "unit_id", "post_id", "headcount"
    ):
        plan[unit, post] += headcount
    actual, present = _people(inside, day)
    catalogue = {post.pk: post for post in Post.objects.all()}
    rules = list(RatioRule.objects.filter(standing_on(day)).prefetch_related("posts", "base_posts"))
    found = Staffing(units[unit_id], day, StaffLine(units[unit_id].name, unit_id), duty_known=present is not None)
    _count(found, places, units, catalogue, plan, actual)
    by_id = {rule.pk: rule for rule in rules}
    for verdict in staffing.judge(places, [_as_rule(rule) for rule in rules], actual, present):
        found.judged.append(Broken(by_id[verdict.rule_id], units[verdict.unit_id], verdict))
    return found


def _people(units: frozenset[int], day: date) -> tuple[staffing.Counts, staffing.Counts | None]:
    """(unit, post) → people in post, and those of them on duty (``None``: nobody knows)."""
    members = dict(Membership.objects.filter(standing_on(day), unit_id__in=units).values_list("employee_id", "unit_id"))
    held = PostHolding.objects.filter(standing_on(day), employee__memberships__unit_id__in=units)
    jobs = {who: post for who, post in held.values_list("employee_id", "post_id").distinct() if who in members}
    actual: staffing.Counts = Counter((members[who], post) for who, post in jobs.items())
    if not _DUTY_SOURCES:
        return actual, None
    working = _DUTY_SOURCES[-1](day, frozenset(jobs))
    return actual, Counter((members[who], post) for who, post in jobs.items() if who in working)


def _count(
    found: Staffing,
    places: list[staffing.Place],
    units: dict[int, Unit],
    catalogue: dict[int, Post],
    plan: staffing.Counts,
    actual: staffing.Counts,
) -> None:
    planned, employed = staffing.rolled_up(places, plan), staffing.rolled_up(places, actual)
    order = {pk: (post.sort_order, post.code) for pk, post in catalogue.items()}
    root = found.unit.pk
    for post in sorted({post for unit, post in planned | employed if unit == root}, key=lambda pk: order[pk]):
        line = StaffLine(catalogue[post].name, post, planned[root, post], employed[root, post])
        found.by_post.append(line)
        found.total.plan += line.plan
        found.total.actual += line.actual
    for place in places:
        if place.parent_id == root or place.unit_id == root:
            source = (plan, actual) if place.unit_id == root else (planned, employed)
            sums = [sum(n for (unit, _post), n in counts.items() if unit == place.unit_id) for counts in source]
            if any(sums) or place.unit_id != root:
                found.by_unit.append(StaffLine(units[place.unit_id].name, place.unit_id, *sums))
    found.rows = [
        (units[place.unit_id], catalogue[post], plan[place.unit_id, post], actual[place.unit_id, post])
        for place in places
        for post in sorted({p for unit, p in plan | actual if unit == place.unit_id}, key=lambda pk: order[pk])
    ]


def _as_rule(rule: RatioRule) -> staffing.Rule:
    return staffing.Rule(
        rule.pk,
        rule.kind,
        rule.basis,
        rule.level,
        frozenset(post.pk for post in rule.posts.all()),
        frozenset(post.pk for post in rule.base_posts.all()),
        rule.number,
    )
