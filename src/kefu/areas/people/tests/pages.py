"""The room's pages for the browser tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kefu.areas.people import services
from kefu.areas.people.tests.factories import SYSTEM, make_agent, make_centre, make_employee
from kefu.platform.webui.testing.pages import PAGES, PageCase


def _centre() -> dict[str, Any]:
    centre = make_centre()
    leader = make_employee(centre.team1, "欧阳雪", number="K1", post="team-leader")
    services.update_employee(actor=SYSTEM, employee=leader, name="欧阳雪", phone="15400001234")
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=date(2026, 2, 1))
    for number in range(8):
        member = make_employee(centre.team1, f"成员{number}")
    services.transfer_employee(actor=SYSTEM, employee=member, unit=centre.team3, starts_on=date(2026, 4, 1))
    return {"unit": centre.team1.pk, "agent": make_agent("Agent/2001", leader).pk}


def _some(user: Any) -> None:
    _centre()


def _unit(user: Any) -> Mapping[str, Any]:
    return {"pk": _centre()["unit"]}


def _employee(user: Any) -> Mapping[str, Any]:
    _centre()
    return {"number": "K1"}


def _agent(user: Any) -> Mapping[str, Any]:
    return {"pk": _centre()["agent"]}


for code, url_name, prepare in (
    ("people.units", "people:units", _some),
    ("people.unit", "people:unit", _unit),
    ("people.unit_new", "people:unit_new", _some),
    ("people.unit_move", "people:unit_move", _unit),
    ("people.employees", "people:employees", _some),
    ("people.employee", "people:employee", _employee),
    ("people.employee_new", "people:employee_new", _some),
    ("people.employee_leave", "people:employee_leave", _employee),
    ("people.agents", "people:agents", _some),
    ("people.agent", "people:agent", _agent),
):
    PAGES.register(PageCase(code, url_name, prepare=prepare))
