"""Many people at once: all or none; the demonstration's organisation."""

from __future__ import annotations

from datetime import date

import pytest

from kefu.areas.people import demo, permissions, queries, services
from kefu.areas.people.models import Agent, Employee, Membership
from kefu.areas.people.services import NewEmployee
from kefu.areas.people.tests.factories import HIRED, SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.queries import has_permission
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db


def test_all_are_members_and_own_their_logins() -> None:
    c = make_centre()
    rows = [
        NewEmployee("K1", "李雷", c.team1, HIRED, queries.post_named("agent"), "13800138000", "Agent/1"),
        NewEmployee("K2", "韩梅", c.team3, HIRED),
    ]
    one, two = services.enter_employees(actor=SYSTEM, rows=rows)
    assert queries.members_on(c.team1.pk, HIRED) == [one]
    assert queries.members_on(c.team3.pk, HIRED) == [two]
    assert Agent.objects.get(code="Agent/1").employee == one
    assert bytes(Employee.objects.get(pk=one.pk).phone_token or b"") != b""


@pytest.mark.parametrize("bad", ["number", "name", "phone", "twice"])
def test_one_bad_row_and_nobody_is_entered(bad: str) -> None:
    c = make_centre()
    row = {
        "number": NewEmployee("工号", "韩梅", c.team1, HIRED),
        "name": NewEmployee("K2", " ", c.team1, HIRED),
        "phone": NewEmployee("K2", "韩梅", c.team1, HIRED, phone="abc"),
        "twice": NewEmployee("K1", "韩梅", c.team1, HIRED),
    }[bad]
    with pytest.raises(InvalidInput):
        services.enter_employees(actor=SYSTEM, rows=[NewEmployee("K1", "李雷", c.team1, HIRED), row])
    assert (Employee.objects.count(), Membership.objects.count()) == (0, 0)


def test_a_login_of_somebody_else_is_not_taken_over() -> None:
    c = make_centre()
    make_agent("Agent/1", make_employee(c.team1))
    with pytest.raises(Conflict):
        services.enter_employees(actor=SYSTEM, rows=[NewEmployee("K2", "韩梅", c.team1, HIRED, agent="Agent/1")])
    assert Employee.objects.count() == 1


def test_nobody_enters_people_elsewhere() -> None:
    c = make_centre()
    actor = make_actor({permissions.EMPLOYEE_MANAGE: ScopeLevel.UNIT}, node=c.east.node)
    with pytest.raises(Denied):
        services.enter_employees(actor=actor, rows=[NewEmployee("K2", "韩梅", c.team3, HIRED)])
    assert Employee.objects.count() == 0


def test_the_demonstration_has_three_hundred_people_and_a_login_per_role() -> None:
    teams = [
        demo.TeamPlan("e1", "一组", "east", [f"Agent/{n}" for n in range(1, 6)]),
        demo.TeamPlan("e2", "二组", "east", [f"Agent/{n}" for n in range(11, 16)]),
    ]
    built = demo.build(
        teams=teams, sites={"east": "城东职场", "west": "城西职场"}, today=date(2026, 11, 20), seed=7,
        progress=lambda text: None,
    )  # fmt: skip
    assert sum(map(len, built.employees.values())) == 9 + 12 + 67
    names = list(Employee.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)
    assert {username for _role, username, _password in demo.LOGINS} == set(
        User.objects.values_list("username", flat=True)
    )
    for _role, username, password in demo.LOGINS:
        assert User.objects.get(username=username).check_password(password)
    leader = User.objects.get(username="leader").as_actor()
    assert {employee.unit.code for employee in queries.employees(leader)} == {"e1"}
    admin = User.objects.get(username="admin").as_actor()
    assert has_permission(admin, permissions.UNIT_MANAGE)
