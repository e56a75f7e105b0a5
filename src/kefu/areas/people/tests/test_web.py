"""The pages: what each role may open, forms that come back with their faults, what a page shows."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Agent, Employee, Unit
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_agent, make_centre, make_employee
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db
LOOK = (permissions.UNIT_VIEW, permissions.EMPLOYEE_VIEW, permissions.AGENT_VIEW)
CHANGE = (permissions.UNIT_MANAGE, permissions.EMPLOYEE_MANAGE, permissions.AGENT_MANAGE)


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


def client_of(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: object = None) -> Client:
    actor = make_actor(dict.fromkeys(codes, level), node=node)  # type: ignore[arg-type]
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_the_tree_shows_leaders_and_counts_of_the_day(centre: SmallCentre) -> None:
    leader = make_employee(centre.team1, "李雷")
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=date(2026, 2, 1))
    client = client_of(*LOOK)
    page = client.get(reverse("people:units"), {"on": "2026-03-01"}).content.decode()
    assert "李雷" in page
    assert "李雷" not in client.get(reverse("people:units"), {"on": "2026-01-20"}).content.decode()
    assert client.get(reverse("people:units"), {"on": "2026-13-99"}).status_code == 200


def test_who_was_there_on_the_first_of_march(centre: SmallCentre) -> None:
    mover = make_employee(centre.team1, "韩梅")
    services.transfer_employee(actor=SYSTEM, employee=mover, unit=centre.team3, starts_on=date(2026, 4, 1))
    client = client_of(*LOOK)
    url = reverse("people:unit", args=[centre.team1.pk])
    assert "韩梅" in client.get(url, {"on": "2026-03-01"}).content.decode()
    assert "韩梅" not in client.get(url, {"on": "2026-04-01"}).content.decode()


def test_a_leader_sees_the_team_and_nobody_else(centre: SmallCentre) -> None:
    make_employee(centre.team1, "李雷", number="K1")
    make_employee(centre.team3, "韩梅", number="K2")
    make_agent("Agent/2", Employee.objects.get(number="K2"))
    client = client_of(*LOOK, level=ScopeLevel.UNIT, node=centre.team1.node)
    page = client.get(reverse("people:employees")).content.decode()
    assert "李雷" in page
    assert "韩梅" not in page
    assert client.get(reverse("people:employee", args=["K2"])).status_code == 404
    assert client.get(reverse("people:unit", args=[centre.team3.pk])).status_code == 404
    assert client.get(reverse("people:agent", args=[Agent.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("name", ["employee_new", "unit_new"])
def test_who_may_only_look_cannot_open_a_form(centre: SmallCentre, name: str) -> None:
    assert client_of(*LOOK).get(reverse(f"people:{name}")).status_code == 403


def test_joining_moving_and_leaving_through_the_pages(centre: SmallCentre) -> None:
    client = client_of(*LOOK, *CHANGE)
    new = {"number": "K9", "name": "欧阳雪", "unit": centre.team1.pk, "phone": "13800138000", "hired_on": "2026-01-05"}
    assert client.post(reverse("people:employee_new"), new).status_code == 302
    someone = Employee.objects.get(number="K9")
    page = client.get(reverse("people:employee", args=["K9"])).content.decode()
    assert "欧阳雪" in page
    assert "13800138000" not in page
    assert "138****8000" in page
    again = client.post(reverse("people:employee_new"), new)
    assert again.status_code == 422
    assert "K9" in again.content.decode()
    to = {"unit": centre.team3.pk, "starts_on": "2026-04-01"}
    assert client.post(reverse("people:employee_transfer", args=["K9"]), to).status_code == 302
    assert client.post(reverse("people:employee_leave", args=["K9"]), {"left_on": "2026-06-30"}).status_code == 302
    someone.refresh_from_db()
    assert (someone.unit, someone.left_on) == (centre.team3, date(2026, 6, 30))


@pytest.mark.parametrize(
    ("query", "found"), [("oyx", True), ("ou yang", True), ("欧阳", True), ("k9", True), ("张", False)]
)
def test_finding_by_number_name_and_pinyin(centre: SmallCentre, query: str, found: bool) -> None:
    make_employee(centre.team1, "欧阳雪", number="K9")
    page = client_of(*LOOK).get(reverse("people:employees"), {"q": query}).content.decode()
    assert ("欧阳雪" in page) is found


def test_a_unit_through_the_pages(centre: SmallCentre) -> None:
    client = client_of(*LOOK, *CHANGE)
    new = {
        "kind": "team",
        "code": "t9",
        "name": "九组",
        "parent": centre.east.pk,
        "starts_on": "2026-01-01",
        "sort_order": 1,
    }
    assert client.post(reverse("people:unit_new"), new).status_code == 302
    unit = Unit.objects.get(code="t9")
    move = {"unit": centre.west.pk, "starts_on": "2026-02-01"}
    assert client.post(reverse("people:unit_move", args=[unit.pk]), move).status_code == 302
    make_employee(unit, "李雷", number="K1")
    appoint = {"employee": "K1", "kind": "leader", "starts_on": "2026-02-01"}
    assert client.post(reverse("people:unit_appoint", args=[unit.pk]), appoint).status_code == 302
    page = client.get(reverse("people:unit", args=[unit.pk])).content.decode()
    assert "城东职场" in page
    assert "城西职场" in page
    assert client.post(reverse("people:unit_close", args=[unit.pk]), {"ends_on": "2026-06-01"}).status_code == 409
    leadership = unit.leaderships.get()
    assert client.post(reverse("people:unit_dismiss", args=[unit.pk, leadership.pk])).status_code == 302
    assert client.post(reverse("people:unit_edit", args=[unit.pk]), {"name": "", "sort_order": 1}).status_code == 422


def test_linking_an_agent(centre: SmallCentre) -> None:
    make_employee(centre.team1, "李雷", number="K1")
    agent = make_agent("Agent/1")
    client = client_of(*LOOK, *CHANGE)
    url = reverse("people:agent", args=[agent.pk])
    assert client.post(url, {"employee": "nobody"}).status_code == 422
    assert client.post(url, {"employee": "李雷", "name": "小李"}).status_code == 302
    agent.refresh_from_db()
    assert agent.employee is not None
    assert agent.name == "小李"
    assert client.post(reverse("people:agent_state", args=[agent.pk])).status_code == 302
    agent.refresh_from_db()
    assert not agent.is_active
    assert "Agent/1" in client.get(reverse("people:agents"), {"view": "retired"}).content.decode()


@pytest.mark.parametrize("page", ["units", "employees", "agents"])
def test_a_list_costs_the_same_for_many(centre: SmallCentre, page: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in range(30):
        make_agent(f"Agent/{number}", make_employee(centre.team1))
    client = client_of(*LOOK)
    with django_assert_max_num_queries(18):
        assert client.get(reverse(f"people:{page}")).status_code == 200
