"""The room's pages for the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kefu.areas.people import queries, services
from kefu.areas.people.models import Employee, FormPrint, Merit, OwnChange, Skill, Unit
from kefu.areas.people.services.file import contracts, documents, editing, own_changes
from kefu.areas.people.services.file.planning import Edit, FieldEdit, ItemEdit
from kefu.areas.people.tests.factories import HIRED, SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
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


def _file(user: Any) -> Mapping[str, Any]:
    """A file with something in every part; the viewer keeps it."""
    _busy(user)
    services.link_user(actor=SYSTEM, employee=Employee.objects.get(number="K1"), user=None)
    person = Employee.objects.get(number="K2")
    fields = {
        "id_number": "990101199003070066",
        "phone": "15400001111",
        "mail": "k2@example.com",
        "education": "college",
    }
    edits: list[Edit] = [FieldEdit(code, value) for code, value in fields.items()]
    contact = {"name": "韩梅梅", "relation": "spouse", "phone": "15400004321"}
    school = {"school": "城东学院", "major": "", "education": "college", "starts_on": "", "ends_on": "2012-06-30"}
    edits += [ItemEdit("emergency_contacts", None, contact), ItemEdit("schooling", None, school)]
    editing.update_file(actor=SYSTEM, employee=person, edits=edits)
    ends = today() + timedelta(days=20)
    editing.update_terms(actor=SYSTEM, employee=person, employment_type="regular", probation_ends_on=ends)
    contract = contracts.save_contract(
        actor=SYSTEM, employee=person, contract_id=None, kind="fixed", starts_on=HIRED, ends_on=ends, number="HT-1"
    )
    document = documents.add_document(
        actor=SYSTEM,
        employee=person,
        upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"),
        purpose="other",
        title="承诺书",
    )
    FormPrint.objects.create(employee=person, form="archive", is_full=True, reason="办理社保", printed_at=clock.now())
    return {"number": "K2", "contract": contract.pk, "document": document.pk}


def _own(user: Any) -> None:
    """The viewer's own file, with a change that waits."""
    made = _file(user)
    person = Employee.objects.get(number=made["number"])
    services.link_user(actor=SYSTEM, employee=person, user=user)
    person.refresh_from_db()
    actor = Actor(kind=ActorKind.USER, label=user.username, user_id=user.pk)
    own_changes.propose(actor=actor, employee=person, edits=[FieldEdit("phone", "15400002222")], note="换号")


def _own_change(user: Any) -> Mapping[str, Any]:
    _own(user)
    return {"pk": OwnChange.objects.get().pk}


def _own_file(user: Any) -> Mapping[str, Any]:
    _own(user)
    return {"number": "K2"}


def _only(*names: str, **more: Any) -> Callable[[Any], Mapping[str, Any]]:
    """The file, with those of its keys that the address takes."""

    def prepare(user: Any) -> Mapping[str, Any]:
        made = _file(user)
        return {**{name: made[name] for name in ("number", *names)}, **more}

    return prepare


def _of(name: str) -> Callable[[Any], Mapping[str, Any]]:
    """The file, and the key of something in it."""

    def prepare(user: Any) -> Mapping[str, Any]:
        made = _file(user)
        return {"number": made["number"], "pk": made[name]}

    return prepare


def _code(user: Any) -> Mapping[str, Any]:
    _own(user)
    return {"code": "identity"}


for code, url_name, prepare in (
    ("people.file", "people:file", _only()),
    ("people.file_own", "people:file", _own_file),
    ("people.file_section", "people:file_section", _only(code="identity")),
    ("people.file_contacts", "people:file_section", _only(code="contacts")),
    ("people.file_item_new", "people:file_item_new", _only(code="credentials")),
    ("people.file_photo", "people:file_photo", _only()),
    ("people.file_terms", "people:file_terms", _only()),
    ("people.file_print", "people:file_print", _only()),
    ("people.file_erase", "people:file_erase", _only()),
    ("people.contract", "people:contract", _of("contract")),
    ("people.contract_end", "people:contract_end", _of("contract")),
    ("people.document_new", "people:document_new", _only()),
    ("people.document_remove", "people:document_remove", _of("document")),
    ("people.own_section", "people:own_section", _code),
    ("people.own_file", "people:own_file", _own),
    ("people.own_changes", "people:own_changes", _own),
    ("people.own_change", "people:own_change", _own_change),
    ("people.files_print", "people:files_print", lambda user: _file(user) and None),
    ("people.files_export", "people:files_export", lambda user: _file(user) and None),
    ("people.files_prints", "people:files_prints", lambda user: _file(user) and None),
):
    PAGES.register(PageCase(code, url_name, prepare=prepare))

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
