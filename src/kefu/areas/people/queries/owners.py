"""Telephone logins without an owner, with the employee to whom each seems to belong."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.areas.people import permissions
from kefu.areas.people.engine.matching import Candidate, Login, suggest
from kefu.areas.people.models import Agent, Employee
from kefu.areas.people.queries.arranging import in_post
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Unowned:
    """A login that belongs to nobody yet, and whose it seems to be (``why``: by which trait)."""

    agent: Agent
    employee: Employee | None
    why: str


def employees_to_own(viewer: Actor) -> list[Employee]:
    """The employees to whom the viewer may give a login."""
    rows = Employee.objects.inside(scope_for(viewer, permissions.AGENT_MANAGE))
    return list(in_post(rows, today()).select_related("unit"))


def logins_without_owner(viewer: Actor, candidates: list[Employee]) -> list[Unowned]:
    """Logins in use that belong to nobody, recognised ones first; only for whoever manages all of them."""
    if not scope_for(viewer, permissions.AGENT_MANAGE).everything:
        return []
    agents = list(Agent.objects.filter(is_active=True, employee__isnull=True).order_by("code")[: SHOWN + 1])
    owners = set(Agent.objects.filter(is_active=True, employee__isnull=False).values_list("employee_id", flat=True))
    people = {person.pk: person for person in candidates}
    found = suggest(
        [Login(agent.pk, agent.code, agent.name) for agent in agents],
        [Candidate(p.pk, p.number, p.name, p.name_key) for p in candidates if p.pk not in owners],
    )
    by_login = {each.login_id: each for each in found}
    rows = [
        Unowned(agent, people[by_login[agent.pk].employee_id], by_login[agent.pk].why)
        if agent.pk in by_login
        else Unowned(agent, None, "")
        for agent in agents
    ]
    return sorted(rows, key=lambda row: row.employee is None)
