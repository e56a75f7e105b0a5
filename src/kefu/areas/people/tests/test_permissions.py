"""Who may see and change whom; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Agent, Employee, Leadership, Membership, Unit
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_agent, make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, NotSignedIn
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db
ALL_VIEW = (permissions.UNIT_VIEW, permissions.EMPLOYEE_VIEW, permissions.AGENT_VIEW)
ALL_MANAGE = (permissions.UNIT_MANAGE, permissions.EMPLOYEE_MANAGE, permissions.AGENT_MANAGE)

Act = Callable[[Actor, SmallCentre, Employee, Agent], object]
ACTS: dict[str, Act] = {
    "create unit": lambda a, c, e, g: services.create_unit(actor=a, kind="team", code="x", name="x", parent=c.west),
    "rename unit": lambda a, c, e, g: services.update_unit(actor=a, unit=c.team3, name="x"),
    "move unit": lambda a, c, e, g: services.move_unit(actor=a, unit=c.team3, parent=c.east),
    "close unit": lambda a, c, e, g: services.close_unit(actor=a, unit=c.team3),
    "appoint": lambda a, c, e, g: services.appoint(actor=a, unit=c.team3, employee=e),
    "create employee": lambda a, c, e, g: services.create_employee(
        actor=a, number="X1", name="x", unit=c.team3, hired_on=date(2026, 1, 1)
    ),
    "update employee": lambda a, c, e, g: services.update_employee(actor=a, employee=e, name="x"),
    "transfer out": lambda a, c, e, g: services.transfer_employee(actor=a, employee=e, unit=c.team1),
    "leave": lambda a, c, e, g: services.record_leaving(actor=a, employee=e),
    "link user": lambda a, c, e, g: services.link_user(actor=a, employee=e, user=None),
    "link agent": lambda a, c, e, g: services.link_agent(actor=a, agent=g, employee=None),
    "rename agent": lambda a, c, e, g: services.update_agent(actor=a, agent=g, name="x"),
    "retire agent": lambda a, c, e, g: services.set_agent_active(actor=a, agent=g, is_active=False),
}


def state() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
        for model in (Unit, Employee, Membership, Leadership, Agent)
    ]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("who", ["nobody", "viewer", "neighbour"])
def test_who_may_not_changes_nothing(act: Act, who: str) -> None:
    c = make_centre()
    employee = make_employee(c.team3)
    agent = make_agent("Agent/9", employee)
    actor = {
        "nobody": lambda: Actor.anonymous(),
        "viewer": lambda: make_actor(dict.fromkeys(ALL_VIEW, ScopeLevel.ALL), node=c.centre.node),
        "neighbour": lambda: make_actor(dict.fromkeys(ALL_MANAGE, ScopeLevel.UNIT), node=c.east.node),
    }[who]()
    before = state()
    with pytest.raises((Denied, NotSignedIn)):
        act(actor, c, employee, agent)
    assert state() == before


def test_nobody_takes_in_from_where_they_have_no_say() -> None:
    c = make_centre()
    employee = make_employee(c.team1)
    actor = make_actor({permissions.EMPLOYEE_MANAGE: ScopeLevel.UNIT}, node=c.west.node)
    with pytest.raises(Denied):
        services.transfer_employee(actor=actor, employee=employee, unit=c.team3)
    assert Employee.objects.get(pk=employee.pk).unit == c.team1


def test_each_sees_their_own_part() -> None:
    c = make_centre()
    one, two, three = make_employee(c.team1), make_employee(c.team2), make_employee(c.team3)
    for number, owner in enumerate((one, two, three)):
        make_agent(f"Agent/{number}", owner)
    make_agent("Agent/loose")

    def seen(actor: Actor) -> tuple[set[int], set[str], set[str]]:
        return (
            set(queries.employees(actor).values_list("pk", flat=True)),
            set(queries.agents_visible_to(actor).values_list("code", flat=True)),
            {b.unit.code for root in queries.unit_tree(actor, date(2026, 3, 1)) for b in root.walk()},
        )

    grants = dict.fromkeys(ALL_VIEW, ScopeLevel.UNIT)
    assert seen(make_actor(grants, node=c.team1.node)) == ({one.pk}, {"Agent/0"}, {"t1"})
    assert seen(make_actor(grants, node=c.east.node)) == (
        {one.pk, two.pk},
        {"Agent/0", "Agent/1"},
        {"east", "t1", "t2"},
    )
    everything = seen(make_actor(dict.fromkeys(ALL_VIEW, ScopeLevel.ALL)))
    assert everything[1] == {"Agent/0", "Agent/1", "Agent/2", "Agent/loose"}
    assert seen(make_actor()) == (set(), set(), set())
    assert len(seen(SYSTEM)[0]) == 3


def test_an_agent_sees_only_the_own_file() -> None:
    c = make_centre()
    actor = make_actor({permissions.EMPLOYEE_VIEW: ScopeLevel.OWN}, node=c.team1.node)
    make_employee(c.team1, "李雷")
    from kefu.platform.access.models import User

    mine = make_employee(c.team1, "韩梅", user=User.objects.get(pk=actor.user_id))
    assert list(queries.employees(actor)) == [mine]
