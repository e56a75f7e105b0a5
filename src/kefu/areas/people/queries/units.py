"""Units: the tree as the viewer may see it, who led and who belonged on which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from kefu.areas.people import permissions
from kefu.areas.people.choices import LeadKind
from kefu.areas.people.models import Employee, Leadership, Membership, Unit
from kefu.kernel.actor import Actor
from kefu.platform.access.models import ScopeEdge
from kefu.platform.access.queries import scope_for


@dataclass(slots=True)
class Branch:
    """A unit in the tree with its people; ``total`` counts the members of the whole subtree."""

    unit: Unit
    depth: int
    members: int = 0
    total: int = 0
    leader: str = ""
    branches: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterable[Branch]:
        """This branch and all below it, in drawing order."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


def standing_on(day: date) -> Q:
    """The condition that a dated row holds on ``day``."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def below_on(units: Container[int], parents: Mapping[int, int], root: int) -> frozenset[int]:
    """``root`` and all units below it, given the tree of a day (child → parent)."""
    below: dict[int, list[int]] = {}
    for child, parent in parents.items():
        below.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [root]
    while waiting:
        pk = waiting.pop()
        if pk in units and pk not in found:
            found.add(pk)
            waiting.extend(below.get(pk, ()))
    return frozenset(found)


def units_visible_to(viewer: Actor) -> QuerySet[Unit]:
    """The units inside the viewer's scope."""
    scope = scope_for(viewer, permissions.UNIT_VIEW)
    units = Unit.objects.all()
    return units if scope.everything else units.filter(pk__in=scope.node_ids)


def unit_tree(viewer: Actor, day: date) -> list[Branch]:
    """The visible units as trees, as they stood on ``day``, with head counts and leaders of that day.

    A unit whose parent is out of sight is a root. Four statements, whatever the size.
    """
    units = {unit.pk: unit for unit in units_visible_to(viewer).filter(standing_on(day))}
    edges = ScopeEdge.objects.filter(standing_on(day), child_id__in=units)
    parents = dict(edges.values_list("child_id", "parent_id"))
    members = Counter(Membership.objects.filter(standing_on(day), unit_id__in=units).values_list("unit_id", flat=True))
    leaders = leaders_of(units, day)
    branches = {
        pk: Branch(unit, 0, members[pk], members[pk], leaders[pk].name if pk in leaders else "")
        for pk, unit in units.items()
    }
    roots: list[Branch] = []
    for pk in sorted(units, key=lambda key: (units[key].sort_order, units[key].code)):
        above = branches.get(parents.get(pk, 0))
        (above.branches if above else roots).append(branches[pk])
    for root in roots:
        _settle(root, 0)
    return roots


def _settle(branch: Branch, depth: int) -> int:
    branch.depth = depth
    branch.total = branch.members + sum(_settle(below, depth + 1) for below in branch.branches)
    return branch.total


def leader_on(unit_id: int, day: date) -> Employee | None:
    """Who led the unit on that day."""
    return leaders_of([unit_id], day).get(unit_id)


def leaders_of(unit_ids: Iterable[int], day: date) -> dict[int, Employee]:
    """Unit id → its leader on that day, for those that had one."""
    rows = Leadership.objects.filter(standing_on(day), kind=LeadKind.LEADER, unit_id__in=list(unit_ids))
    return {row.unit_id: row.employee for row in rows.select_related("employee")}


def members_on(unit_id: int, day: date) -> list[Employee]:
    """Who belonged to the unit on that day, by name."""
    stay = Membership.objects.filter(standing_on(day), unit_id=unit_id)
    return list(Employee.objects.filter(pk__in=stay.values("employee_id")).order_by("name_key", "pk"))


def parents_of(unit: Unit) -> list[tuple[date, date | None, str]]:
    """Where the unit stood: (from, until exclusive, name of the unit above), the latest first."""
    edges = ScopeEdge.objects.filter(child_id=unit.pk).select_related("parent").order_by("-starts_on")
    return [(edge.starts_on, edge.ends_on, edge.parent.name) for edge in edges]


def unit_by_code(code: str) -> Unit | None:
    """The unit of that code."""
    return Unit.objects.select_related("node").filter(code=code).first()


def unit_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Node id → name, for those that are units."""
    return dict(Unit.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))
