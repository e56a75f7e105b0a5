"""The room's pages for the browser tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kefu.areas.people import queries, services
from kefu.areas.people.models import Merit, Skill, Unit
from kefu.areas.people.tests.factories import HIRED, SYSTEM, make_agent, make_centre, make_employee
from kefu.platform.access.services.tree import today
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


def _busy(user: Any) -> None:
    """A centre in which something has happened to everybody, the viewer being one of them."""
    centre = make_centre()
    leader = make_employee(centre.team1, "欧阳雪", number="K1", post="team-leader")
    services.link_user(actor=SYSTEM, employee=leader, user=user)
    services.appoint(actor=SYSTEM, unit=centre.team1, employee=leader, starts_on=date(2026, 2, 1))
    agent, skills = queries.post_named("agent"), list(Skill.objects.all()[:6])
    assert agent is not None
    for number in range(6):
        member = make_employee(centre.team1, f"成员{number}", number=f"K{number + 2}")
        for place, skill in enumerate(skills):
            services.certify(
                actor=SYSTEM,
                employee=member,
                skill=skill,
                level=1 + (number + place) % 5,
                method="exam",
                score=Decimal(90),
                certified_on=HIRED,
                expires_on=today() + timedelta(days=20) if place % 2 else None,
            )
    services.set_headcount(actor=SYSTEM, unit=centre.team1, post=agent, headcount=8, starts_on=date(2026, 2, 1))
    for kind, title in (("reward", "月度服务之星"), ("penalty", "迟到"), ("praise", "客户表扬")):
        services.record_merit(
            actor=SYSTEM, employee=leader, kind=kind, title=title, body="事实清楚", channel="call",
            happened_on=date(2026, 3, 1), amount=Decimal(50), points=5,
        )  # fmt: skip
    code = services.write_code(
        actor=SYSTEM, code=None, title="员工守则", body="# 总则\n\n- 尊重客户\n- **保守秘密**\n" * 2
    )
    services.publish_code(actor=SYSTEM, code=code)
    services.write_charter(
        actor=SYSTEM, unit=centre.team1, team_name="先锋队", slogan="敢为先", oath="永争第一", team_values="诚实\n担当"
    )
    services.add_honour(actor=SYSTEM, unit=centre.team1, title="优秀班组", level="centre", awarded_on=date(2026, 3, 1))


def _team(user: Any) -> Mapping[str, Any]:
    _busy(user)
    return {"pk": Unit.objects.get(code="t1").pk}


def _post(user: Any) -> Mapping[str, Any]:
    _busy(user)
    return {"code": "team-leader"}


def _seat(user: Any) -> Mapping[str, Any]:
    _busy(user)
    return {"code": "inbound"}


def _member(user: Any) -> Mapping[str, Any]:
    _busy(user)
    return {"number": "K2"}


def _merit(user: Any) -> Mapping[str, Any]:
    _busy(user)
    return {"number": Merit.objects.filter(kind="penalty").get().number}


for code, url_name, prepare in (
    ("people.units", "people:units", _some),
    ("people.unit", "people:unit", _unit),
    ("people.unit_new", "people:unit_new", _some),
    ("people.unit_move", "people:unit_move", _unit),
    ("people.employees", "people:employees", _some),
    ("people.employee", "people:employee", _employee),
    ("people.employee_new", "people:employee_new", _some),
    ("people.employee_leave", "people:employee_leave", _employee),
    ("people.team", "people:unit", _team),
    ("people.member", "people:employee", _member),
    ("people.posts", "people:posts", _busy),
    ("people.post", "people:post", _post),
    ("people.post_edit", "people:post_edit", _post),
    ("people.post_skills", "people:post_skills", _post),
    ("people.seats", "people:seats", _busy),
    ("people.seat", "people:seat", _seat),
    ("people.establishment", "people:establishment", _busy),
    ("people.ratios", "people:ratios", _busy),
    ("people.ratio_new", "people:ratio_new", _busy),
    ("people.skills", "people:skills", _busy),
    ("people.skills_of", "people:skills_of", _member),
    ("people.certify", "people:certify", _busy),
    ("people.skills_expiring", "people:skills_expiring", _busy),
    ("people.skill_catalogue", "people:skill_catalogue", _busy),
    ("people.merits", "people:merits", _busy),
    ("people.merit", "people:merit", _merit),
    ("people.merit_new", "people:merit_new", _busy),
    ("people.mine", "people:mine", _busy),
    ("people.code", "people:code", _busy),
    ("people.code_signers", "people:code_signers", _busy),
    ("people.structure", "people:structure", _busy),
    ("people.leaders", "people:leaders", _busy),
    ("people.movements", "people:movements", _busy),
    ("people.unit_charter", "people:unit_charter", _team),
    ("people.agents", "people:agents", _some),
    ("people.agent", "people:agent", _agent),
):
    PAGES.register(PageCase(code, url_name, prepare=prepare))
