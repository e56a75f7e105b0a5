"""Agents as other rooms need them: who is it, and in which team on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kefu.areas.people import permissions
from kefu.areas.people.models import Agent, Membership
from kefu.areas.people.models.agent import AgentQuerySet
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as a list shows it; ``node_id`` is the unit of today."""

    agent_id: int
    code: str
    name: str
    employee_id: int | None
    number: str
    user_id: int | None
    node_id: int | None
    unit_name: str


def agents_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """Those of the agents that exist, in one statement. The employee's name wins over the telephone system's."""
    rows = Agent.objects.filter(pk__in=list(ids)).values_list(
        "pk", "code", "name", "employee_id", "employee__name", "employee__number", "employee__user_id",
        "employee__unit_id", "employee__unit__name",
    )  # fmt: skip
    return {
        pk: Person(pk, code, owner or name or code, employee_id, number or "", user_id, node_id, unit or "")
        for pk, code, name, employee_id, owner, number, user_id, node_id, unit in rows
    }


def team_on(agent_ids: Iterable[int], day: date) -> dict[int, int | None]:
    """Agent id → node id of the unit to which its employee belonged on ``day`` (``None``: none, or nobody's login)."""
    ids = list(agent_ids)
    found: dict[int, int | None] = dict.fromkeys(ids)
    rows = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day, employee__agents__in=ids
    ).values_list("employee__agents", "unit_id")
    found.update({agent: unit for agent, unit in rows if agent in found})
    return found


def team_history(agent_ids: Iterable[int]) -> dict[int, list[tuple[date, date | None, int]]]:
    """Agent id → [(starts_on, ends_on exclusive or ``None``, node id)] in the order of time, for bulk work."""
    ids = list(agent_ids)
    found: dict[int, list[tuple[date, date | None, int]]] = {agent: [] for agent in ids}
    rows = Membership.objects.filter(employee__agents__in=ids).order_by("starts_on")
    for agent, starts_on, ends_on, unit in rows.values_list("employee__agents", "starts_on", "ends_on", "unit_id"):
        if agent in found:
            found[agent].append((starts_on, ends_on, unit))
    return found


def agents_of_user(user_id: int) -> frozenset[int]:
    """The ids of the logins of the employee behind an account."""
    return frozenset(Agent.objects.filter(employee__user_id=user_id).values_list("pk", flat=True))


def agents_of_units(unit_ids: Iterable[int]) -> frozenset[int]:
    """The ids of the logins of those who belong to the units now."""
    return frozenset(Agent.objects.filter(employee__unit_id__in=list(unit_ids)).values_list("pk", flat=True))


def agents_visible_to(viewer: Actor) -> AgentQuerySet:
    """The agents that the viewer may see, with employee and unit."""
    scope = scope_for(viewer, permissions.AGENT_VIEW)
    return Agent.objects.inside(scope).select_related("employee__unit")
