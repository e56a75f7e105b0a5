"""Units, people and agents over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Employee
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_agent, make_centre, make_employee
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/people"
LOOK = (permissions.UNIT_VIEW, permissions.EMPLOYEE_VIEW, permissions.AGENT_VIEW)
CHANGE = (permissions.EMPLOYEE_MANAGE, permissions.AGENT_MANAGE)


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


def client_of(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: Any = None) -> Client:
    actor = make_actor(dict.fromkeys(codes, level), node=node)
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_the_tree_of_a_day(centre: SmallCentre) -> None:
    services.move_unit(actor=SYSTEM, unit=centre.team1, parent=centre.west, starts_on=date(2026, 4, 1))
    client = client_of(*LOOK)
    before = {u["code"]: u["parent"] for u in client.get(f"{ROOT}/units", {"on": "2026-03-01"}).json()}
    after = {u["code"]: u["parent"] for u in client.get(f"{ROOT}/units", {"on": "2026-04-01"}).json()}
    assert (before["t1"], after["t1"], after["t2"]) == ("east", "west", "east")


def test_people_page_by_page(centre: SmallCentre) -> None:
    names = ["安妮", "李雷", "张伟"]
    for name in reversed(names):
        make_employee(centre.team1, name)
    client = client_of(*LOOK)
    first = client.get(f"{ROOT}/employees", {"limit": 2, "unit": "east"}).json()
    second = client.get(f"{ROOT}/employees", {"limit": 2, "unit": "east", "cursor": first["next"]}).json()
    assert [p["name"] for p in first["items"] + second["items"]] == names
    assert second["next"] is None


def test_joining_moving_leaving_and_history(centre: SmallCentre) -> None:
    client = client_of(*LOOK, *CHANGE)
    body = {"number": "K1", "name": "李雷", "unit": "t1", "hired_on": "2026-01-05", "phone": "13800138000"}
    made = client.post(f"{ROOT}/employees", body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["phone"] == "138****8000"
    again = client.post(f"{ROOT}/employees", body, content_type="application/json")
    assert (again.status_code, again.json()["field"]) == (422, "number")
    move = {"unit": "t3", "starts_on": "2026-04-01"}
    assert client.post(f"{ROOT}/employees/K1/transfer", move, content_type="application/json").status_code == 200
    assert client.post(f"{ROOT}/employees/K1/transfer", move, content_type="application/json").status_code == 409
    assert [s["unit"] for s in client.get(f"{ROOT}/employees/K1/stays").json()] == ["t3", "t1"]
    assert [p["number"] for p in client.get(f"{ROOT}/units/t1/members", {"on": "2026-03-01"}).json()] == ["K1"]
    left = client.post(f"{ROOT}/employees/K1/leave", {"left_on": "2026-05-01"}, content_type="application/json")
    assert left.json()["left_on"] == "2026-05-01"


def test_whose_login_it_is(centre: SmallCentre) -> None:
    make_agent("Agent/1")
    make_employee(centre.team1, "李雷", number="K1")
    client = client_of(*LOOK, *CHANGE)
    url = f"{ROOT}/agents/Agent/1/employee"
    assert client.put(url, {"employee": "K1"}, content_type="application/json").json()["employee_name"] == "李雷"
    assert client.put(url, {"employee": "K9"}, content_type="application/json").status_code == 404
    assert client.get(f"{ROOT}/agents").json()["items"][0]["employee"] == "K1"


def test_a_leader_sees_the_team_and_changes_nothing(centre: SmallCentre) -> None:
    make_employee(centre.team3, "韩梅", number="K2")
    client = client_of(*LOOK, level=ScopeLevel.UNIT, node=centre.team1.node)
    assert client.get(f"{ROOT}/employees").json()["items"] == []
    assert client.get(f"{ROOT}/employees/K2").status_code == 404
    body = {"number": "K1", "name": "李雷", "unit": "t1", "hired_on": "2026-01-05"}
    assert client.post(f"{ROOT}/employees", body, content_type="application/json").status_code == 403
    assert Employee.objects.count() == 1
    assert Client().get(f"{ROOT}/employees").status_code == 401
