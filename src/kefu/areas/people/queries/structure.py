"""The staff structure report, and everything that moved between two days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from kefu.areas.people import permissions
from kefu.areas.people.choices import LeadKind, MovementKind
from kefu.areas.people.engine import structure
from kefu.areas.people.models import Employee, Leadership, Membership, PostHolding, Unit
from kefu.areas.people.queries.units import below_on, standing_on
from kefu.kernel.actor import Actor
from kefu.platform.access.models import ScopeEdge
from kefu.platform.access.queries import scope_for


@dataclass(slots=True)
class UnitStructure:
    """A unit (with everything below it) and its structure. ``given``: people it gave to others within a year."""

    unit: Unit
    structure: structure.Structure
    given: int = 0


@dataclass(slots=True)
class StructureReport:
    """The chosen unit and each unit right below it."""

    day: date
    whole: UnitStructure
    parts: list[UnitStructure] = field(default_factory=list)


def structure_report(viewer: Actor, unit_id: int, day: date) -> StructureReport | None:
    """The structure of a unit on ``day``; ``None`` when the viewer may not see it or it was not there.

    人才输出 counts those who in the year before ``day`` went from the unit to one outside it and stayed with the centre.
    """
    scope = scope_for(viewer, permissions.STRUCTURE_VIEW)
    units = {unit.pk: unit for unit in Unit.objects.filter(standing_on(day))}
    if unit_id not in units or not (scope.everything or unit_id in scope.node_ids):
        return None
    parents = dict(ScopeEdge.objects.filter(standing_on(day)).values_list("child_id", "parent_id"))
    rows = Membership.objects.filter(standing_on(day), unit_id__in=below_on(units, parents, unit_id)).values_list(
        "unit_id",
        "employee__hired_on",
        "employee__born_on",
        "employee__gender",
        "employee__education",
        "employee__employment_type",
    )
    people: dict[int, list[structure.Person]] = {}
    for unit, *values in rows:
        people.setdefault(unit, []).append(structure.Person(*values))
    moves = _moves(day)

    def one(pk: int) -> UnitStructure:
        inside = below_on(units, parents, pk)
        members = [person for unit in inside for person in people.get(unit, ())]
        given = sum(1 for before, after in moves if before in inside and after not in inside)
        return UnitStructure(units[pk], structure.structure_of(members, day), given)

    children = [pk for pk in units if parents.get(pk) == unit_id]
    children.sort(key=lambda pk: (units[pk].sort_order, units[pk].code))
    return StructureReport(day, one(unit_id), [one(pk) for pk in children])


def _moves(day: date) -> list[tuple[int, int]]:
    """(unit left, unit entered) of all transfers in the year up to ``day``."""
    stays = Membership.objects.filter(starts_on__lte=day).order_by("employee_id", "starts_on")
    recent = Membership.objects.filter(starts_on__gt=day - timedelta(days=365), starts_on__lte=day)
    rows = stays.filter(employee_id__in=recent.values("employee_id")).values_list("employee_id", "unit_id", "starts_on")
    moves, before = [], (0, 0)
    for employee, unit, starts_on in rows:
        if employee == before[0] and starts_on > day - timedelta(days=365):
            moves.append((before[1], unit))
        before = (employee, unit)
    return moves


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that changed on a day. ``employee`` is ``None`` for a unit's own move."""

    day: date
    kind: MovementKind
    employee: Employee | None
    subject: str
    before: str
    after: str


def movements(viewer: Actor, start: date, end: date, unit_id: int | None = None, limit: int = 300) -> list[Movement]:
    """What happened from ``start`` to ``end`` (both included) to people and units in sight, the latest first."""
    scope = scope_for(viewer, permissions.EMPLOYEE_VIEW)
    people = Employee.objects.inside(scope)
    if unit_id is not None:
        stays = Membership.objects.filter(unit_id=unit_id).values("employee_id")
        people = people.filter(pk__in=stays)
    between = {"starts_on__gte": start, "starts_on__lte": end}
    found = [*_stays(people, start, end), *_posts(people, between)]
    for row in Leadership.objects.filter(employee__in=people).select_related("employee", "unit"):
        words = f"{row.unit.name} · {LeadKind(row.kind).label}"
        if start <= row.starts_on <= end:
            found.append(Movement(row.starts_on, MovementKind.APPOINTED, row.employee, row.employee.name, "", words))
        if row.ends_on is not None and start <= row.ends_on <= end:
            found.append(Movement(row.ends_on, MovementKind.DISMISSED, row.employee, row.employee.name, words, ""))
    found.extend(
        Movement(person.left_on or end, MovementKind.LEFT, person, person.name, person.unit.name, "")
        for person in people.filter(left_on__gte=start, left_on__lte=end).select_related("unit")
    )
    found += _unit_moves(viewer, start, end, unit_id)
    return sorted(found, key=lambda move: (move.day, move.subject), reverse=True)[:limit]


def _stays(people: object, start: date, end: date) -> list[Movement]:
    rows = (
        Membership.objects.filter(employee__in=people, starts_on__lte=end)
        .filter(employee__memberships__starts_on__gte=start, employee__memberships__starts_on__lte=end)
        .distinct()
        .select_related("employee", "unit")
        .order_by("employee_id", "starts_on")
    )
    found, before = [], None
    for row in rows:
        is_first = before is None or before.employee_id != row.employee_id
        if row.starts_on >= start:
            kind = MovementKind.JOINED if is_first else MovementKind.TRANSFERRED
            old = "" if is_first or before is None else before.unit.name
            found.append(Movement(row.starts_on, kind, row.employee, row.employee.name, old, row.unit.name))
        before = row
    return found


def _posts(people: object, between: dict[str, date]) -> list[Movement]:
    rows = PostHolding.objects.filter(employee__in=people, **between).select_related("employee", "post")
    before = {
        (row.employee_id, row.ends_on): row.post.name
        for row in PostHolding.objects.filter(
            employee__in=people, ends_on__gte=between["starts_on__gte"], ends_on__lte=between["starts_on__lte"]
        ).select_related("post")
    }
    return [
        Movement(
            row.starts_on,
            MovementKind.POSTED,
            row.employee,
            row.employee.name,
            before.get((row.employee_id, row.starts_on), ""),
            row.post.name,
        )
        for row in rows
        if row.starts_on != row.employee.hired_on
    ]


def _unit_moves(viewer: Actor, start: date, end: date, unit_id: int | None) -> list[Movement]:
    scope = scope_for(viewer, permissions.UNIT_VIEW)
    edges = ScopeEdge.objects.filter(starts_on__lte=end).select_related("child", "parent")
    if not scope.everything:
        edges = edges.filter(child_id__in=scope.node_ids)
    if unit_id is not None:
        edges = edges.filter(child_id=unit_id)
    found, before = [], None
    for edge in edges.order_by("child_id", "starts_on"):
        if edge.starts_on >= start and before is not None and before.child_id == edge.child_id:
            found.append(
                Movement(
                    edge.starts_on, MovementKind.UNIT_MOVED, None, edge.child.name, before.parent.name, edge.parent.name
                )
            )
        before = edge
    return found


@dataclass(frozen=True, slots=True)
class LedUnit:
    """Who led a unit on a day."""

    unit: Unit
    leader: Employee | None
    deputies: tuple[Employee, ...]
    since: date | None


def leaders_on(viewer: Actor, day: date) -> list[LedUnit]:
    """Each unit in sight with its leader and deputies of that day, in the order of the units."""
    scope = scope_for(viewer, permissions.UNIT_VIEW)
    units = Unit.objects.filter(standing_on(day))
    if not scope.everything:
        units = units.filter(pk__in=scope.node_ids)
    held: dict[int, list[Leadership]] = {}
    for row in Leadership.objects.filter(standing_on(day), unit__in=units).select_related("employee"):
        held.setdefault(row.unit_id, []).append(row)
    found = []
    for unit in units.select_related("parent"):
        rows = held.get(unit.pk, [])
        leader = next((row for row in rows if row.kind == LeadKind.LEADER), None)
        deputies = tuple(row.employee for row in rows if row.kind == LeadKind.DEPUTY)
        found.append(LedUnit(unit, leader.employee if leader else None, deputies, leader.starts_on if leader else None))
    return found
