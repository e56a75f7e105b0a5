"""Who is responsible for whom: the line of leaders, deputies, those who keep the files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kefu.areas.people import services
from kefu.areas.people.choices import LeadKind
from kefu.areas.people.models import Employee
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.kernel import clock
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.queries import responsible_users
from kefu.platform.access.services import delegate
from kefu.platform.access.tests import factories as access

pytestmark = pytest.mark.django_db
SINCE = date(2026, 2, 1)


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


def member(unit: object, name: str) -> Employee:
    return make_employee(unit, name, user=access.make_user(name))  # type: ignore[arg-type]


def lead(employee: Employee, kind: LeadKind = LeadKind.LEADER) -> None:
    services.appoint(actor=SYSTEM, unit=employee.unit, employee=employee, kind=kind, starts_on=SINCE)


def test_the_line_of_leaders(centre: SmallCentre) -> None:
    agent, first, second = (member(centre.team1, name) for name in ("甲", "乙", "丙"))
    site, top = member(centre.east, "丁"), member(centre.centre, "戊")
    lead(first)
    lead(second, LeadKind.DEPUTY)
    lead(site)
    lead(top)
    found = {
        (person.name, code): responsible_users(code, user_id=person.user_id)
        for person in (agent, first, top)
        for code in ("leader", "upper_leader", "deputy")
    }
    assert found == {
        ("甲", "leader"): (first.user_id,),
        ("甲", "upper_leader"): (site.user_id,),
        ("甲", "deputy"): (second.user_id,),
        ("乙", "leader"): (site.user_id,),
        ("乙", "upper_leader"): (top.user_id,),
        ("乙", "deputy"): (second.user_id,),
        ("戊", "leader"): (),
        ("戊", "upper_leader"): (),
        ("戊", "deputy"): (),
    }
    assert responsible_users("leader", node_id=centre.team2.pk) == (site.user_id,)


def test_the_stand_in_of_a_leader_is_reached_too(centre: SmallCentre) -> None:
    agent, first, deputy = (member(centre.team1, name) for name in ("甲", "乙", "丙"))
    lead(first)
    assert first.user is not None
    assert deputy.user is not None
    delegate(
        actor=SYSTEM,
        principal=first.user,
        deputy=deputy.user,
        ends_at=clock.now() + timedelta(days=1),
        reason="年假",
    )
    assert responsible_users("leader", user_id=agent.user_id) == (first.user_id, deputy.user_id)
    assert responsible_users("leader", user_id=agent.user_id, with_deputies=False) == (first.user_id,)


def test_nobody_keeps_their_own_file(centre: SmallCentre) -> None:
    officer, other = member(centre.centre, "甲"), member(centre.team1, "乙")
    role = access.make_role({"people.employee:manage": ScopeLevel.ALL}, "officer")
    for person in (officer, other):
        assert person.user is not None
        access.give(person.user, role)
    assert responsible_users("people_officer", user_id=officer.user_id) == (other.user_id,)
    agent = member(centre.team3, "丙")
    assert set(responsible_users("people_officer", user_id=agent.user_id)) == {officer.user_id, other.user_id}
