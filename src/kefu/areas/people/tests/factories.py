"""A small centre for tests of any room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count

from kefu.areas.people import queries, services
from kefu.areas.people.models import Agent, Employee, Unit
from kefu.kernel.actor import Actor
from kefu.platform.access.models import User

SYSTEM = Actor.system("test")
FOUNDED = date(2020, 1, 1)
HIRED = date(2026, 1, 5)
_NUMBER = count(1)


@dataclass(slots=True)
class SmallCentre:
    """One centre, two sites, three teams: 一组 and 二组 in the east, 三组 in the west."""

    centre: Unit
    east: Unit
    west: Unit
    team1: Unit
    team2: Unit
    team3: Unit


def make_unit(code: str, name: str, parent: Unit | None, kind: str = "team") -> Unit:
    """A unit in place since 2020."""
    return services.create_unit(actor=SYSTEM, kind=kind, code=code, name=name, parent=parent, starts_on=FOUNDED)


def make_centre() -> SmallCentre:
    """The small centre."""
    centre = make_unit("centre", "客服中心", None, "centre")
    east, west = make_unit("east", "城东职场", centre, "site"), make_unit("west", "城西职场", centre, "site")
    return SmallCentre(
        centre,
        east,
        west,
        make_unit("t1", "一组", east),
        make_unit("t2", "二组", east),
        make_unit("t3", "三组", west),
    )


def make_employee(
    unit: Unit,
    name: str = "张伟",
    *,
    number: str = "",
    hired_on: date = HIRED,
    user: User | None = None,
    post: str = "agent",
) -> Employee:
    """Somebody in ``unit``."""
    number = number or f"K{next(_NUMBER):05d}"
    return services.create_employee(
        actor=SYSTEM,
        number=number,
        name=name,
        unit=unit,
        hired_on=hired_on,
        post=queries.post_named(post) if post else None,
        user=user,
    )


def make_agent(code: str, employee: Employee | None = None) -> Agent:
    """A telephone login."""
    pk = services.ensure_agents([code])[code]
    agent = Agent.objects.get(pk=pk)
    return services.link_agent(actor=SYSTEM, agent=agent, employee=employee) if employee else agent
