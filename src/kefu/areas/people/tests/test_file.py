"""The personal file: what may be entered, who may do what, what own changes do, when it reminds."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kefu.areas.people import permissions, services
from kefu.areas.people.choices import Gender
from kefu.areas.people.engine.contracts import Span, contract_fault
from kefu.areas.people.engine.identity import Identity, check_digit, identity_of
from kefu.areas.people.models import Contract, Employee, EmployeeDocument, OwnChange, PersonalFile
from kefu.areas.people.queries.file import dossier_of, files_visible_to
from kefu.areas.people.services.file import contracts, documents, editing, own_changes, showing, terms
from kefu.areas.people.services.file.planning import FieldEdit, ItemEdit
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, KefuError, RuleBroken
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.approvals import services as approvals
from kefu.platform.approvals.models import Request, Step
from kefu.platform.audit.models import AuditEntry
from kefu.platform.clocks.models import Clock
from kefu.platform.privacy.queries import masked

pytestmark = pytest.mark.django_db
ID = "990101199003070066"
"""Of a region that there is not: a woman born on 7 March 1990."""


def pdf(name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 " + name.encode() * 20)


def picture(size: tuple[int, int] = (900, 1200), kind: str = "PNG") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(made, kind)
    return SimpleUploadedFile("我的照片.png", made.getvalue())


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


@pytest.fixture
def officer(centre: SmallCentre) -> Actor:
    codes = (permissions.EMPLOYEE_MANAGE, permissions.FILE_MANAGE, permissions.FILE_VIEW, "approvals.request:view")
    return make_actor(dict.fromkeys(codes, ScopeLevel.ALL), node=centre.centre.node)


@pytest.fixture
def person(centre: SmallCentre) -> tuple[Employee, Actor]:
    actor = make_actor({permissions.FILE_VIEW: ScopeLevel.OWN, permissions.EMPLOYEE_VIEW: ScopeLevel.OWN})
    user = User.objects.get(pk=actor.user_id)
    employee = make_employee(centre.team1, "李雷", number="K1")
    services.link_user(actor=SYSTEM, employee=employee, user=user)
    employee.refresh_from_db()
    return employee, actor


def fill(employee: Employee, **values: str) -> None:
    edits = [FieldEdit(code, value) for code, value in values.items()]
    editing.update_file(actor=SYSTEM, employee=employee, edits=edits)
    employee.refresh_from_db()


def decide(request_id: int, actor: Actor, verdict: str = "approve") -> None:
    step = Step.objects.get(request_id=request_id, state="waiting")
    approvals.decide(actor=actor, request_id=request_id, step=step.pk, verdict=verdict, comment="已核对材料")


class TestIdentity:
    def test_the_published_example_is_right(self) -> None:
        # GB 11643-1999, annex: 11010519491231002X
        assert identity_of("11010519491231002X") == Identity(date(1949, 12, 31), Gender.FEMALE)

    def test_faults_have_names(self) -> None:
        assert identity_of("1101051949123100") == "length"
        assert identity_of("1101051949123100AX") == "sign"
        assert identity_of("110105194913310021") == "birth"
        assert identity_of("110105194912310021") == "check"

    @given(
        st.from_regex(r"\A99[0-9]{4}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}\Z"), st.integers(0, 16)
    )
    def test_a_single_wrong_digit_is_always_noticed(self, body: str, place: int) -> None:
        number = body + check_digit(body)
        assert isinstance(identity_of(number), Identity)
        other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not isinstance(identity_of(other), Identity)


class TestFields:
    def test_id_number_fills_birth_and_sex_and_stays_masked(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        editing.update_file(actor=officer, employee=employee, edits=[FieldEdit("id_number", ID)])
        employee.refresh_from_db()
        assert (employee.born_on, employee.gender) == (date(1990, 3, 7), "female")
        value = dossier_of(employee, today()).value("id_number")
        assert value.token is not None
        assert masked([value.token])[value.token] == "9901**********0066"
        entry = AuditEntry.objects.get(action="people.file:change")
        assert ID not in str(entry.after)
        assert str(entry.after["id_number"]).startswith("hmac:")

    @pytest.mark.parametrize(
        ("edits", "field"),
        [
            ({"id_number": ID[:-1] + "1"}, "id_number"),
            ({"id_number": ID, "born_on": "1990-03-08"}, "born_on"),
            ({"id_number": ID, "gender": "male"}, "gender"),
            ({"born_on": "2020-01-01"}, "born_on"),
            ({"mail": "nobody"}, "mail"),
            ({"second_phone": "12a"}, "second_phone"),
            ({"wechat": "a b"}, "wechat"),
            ({"bank_account": "123"}, "bank_account"),
            ({"phone": "138****1234"}, "phone"),
            ({"name": " "}, "name"),
        ],
    )
    def test_what_cannot_be_right_is_refused_and_changes_nothing(
        self, person: Any, officer: Actor, edits: dict[str, str], field: str
    ) -> None:
        employee, _actor = person
        with pytest.raises(InvalidInput) as refused:
            editing.update_file(
                actor=officer, employee=employee, edits=[FieldEdit(code, value) for code, value in edits.items()]
            )
        assert field in refused.value.errors
        assert not PersonalFile.objects.exclude(id_number_token=None).exists()
        assert not AuditEntry.objects.filter(action="people.file:change").exists()

    def test_later_birth_date_is_checked_against_the_number_on_file(self, person: Any) -> None:
        employee, _actor = person
        fill(employee, id_number=ID)
        with pytest.raises(InvalidInput):
            fill(employee, born_on="1991-01-01")

    def test_lists_are_added_to_changed_and_cleared(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        contact = {"name": "韩梅梅", "relation": "spouse", "phone": "154 0000 4321"}
        editing.update_file(actor=officer, employee=employee, edits=[ItemEdit("emergency_contacts", None, contact)])
        row = employee.emergency_contacts.get()
        keep = {"name": None, "relation": "parent", "phone": None}
        editing.update_file(actor=officer, employee=employee, edits=[ItemEdit("emergency_contacts", row.pk, keep)])
        changed = employee.emergency_contacts.get()
        assert (changed.relation, bytes(changed.phone_token)) == ("parent", bytes(row.phone_token))
        editing.update_file(actor=officer, employee=employee, edits=[ItemEdit("emergency_contacts", row.pk)])
        assert not employee.emergency_contacts.exists()

    def test_photo_is_made_small_and_anew(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        editing.set_photo(actor=officer, employee=employee, upload=picture())
        photo = PersonalFile.objects.get(employee=employee).photo
        assert photo is not None
        assert photo.content_type == "image/jpeg"
        assert photo.name == "photo.jpg"
        with Image.open(photo.location) as kept:
            assert kept.size == (480, 640)
        for wrong in (pdf(), picture((60, 60)), SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\nbroken")):
            with pytest.raises(InvalidInput):
                editing.set_photo(actor=officer, employee=employee, upload=wrong)
        assert PersonalFile.objects.get(employee=employee).photo_id == photo.pk


class TestRights:
    def test_a_leader_sees_no_personal_part(self, centre: SmallCentre, person: Any) -> None:
        leader = make_actor({permissions.EMPLOYEE_VIEW: ScopeLevel.UNIT}, node=centre.team1.node)
        assert not files_visible_to(leader).exists()
        assert files_visible_to(person[1]).get() == person[0]

    def test_nobody_keeps_their_own_file(self, centre: SmallCentre, officer: Actor) -> None:
        own = make_employee(centre.team1, "人事", number="K9")
        services.link_user(actor=SYSTEM, employee=own, user=User.objects.get(pk=officer.user_id))
        own.refresh_from_db()
        with pytest.raises(RuleBroken):
            editing.update_file(actor=officer, employee=own, edits=[FieldEdit("mail", "a@example.com")])
        with pytest.raises(RuleBroken):
            documents.add_document(actor=officer, employee=own, upload=pdf(), purpose="other")
        assert not EmployeeDocument.objects.exists()

    def test_another_site_is_out_of_reach(self, centre: SmallCentre, person: Any) -> None:
        stranger = make_actor({permissions.FILE_MANAGE: ScopeLevel.UNIT}, node=centre.west.node)
        for act in (
            lambda: editing.update_file(actor=stranger, employee=person[0], edits=[FieldEdit("mail", "a@example.com")]),
            lambda: contracts.save_contract(
                actor=stranger, employee=person[0], contract_id=None, kind="open", starts_on=today()
            ),
            lambda: documents.add_document(actor=stranger, employee=person[0], upload=pdf(), purpose="other"),
            lambda: editing.confirm_probation(actor=stranger, employee=person[0]),
            lambda: showing.show_own(actor=stranger, employee=person[0], day=today()),
        ):
            with pytest.raises(Denied):
                act()
        assert not PersonalFile.objects.exists()
        assert not Contract.objects.exists()

    def test_everybody_sees_their_own_in_full(self, person: Any) -> None:
        employee, actor = person
        fill(employee, id_number=ID, mail="li@example.com")
        assert sorted(showing.show_own(actor=actor, employee=employee, day=today()).values()) == [ID, "li@example.com"]
        assert AuditEntry.objects.filter(action="people.file:show_own", user_id=actor.user_id).exists()


class TestOwnChanges:
    def test_applied_with_the_last_decision(self, person: Any, officer: Actor) -> None:
        employee, actor = person
        fill(employee, phone="15400001111")
        change = own_changes.propose(
            actor=actor,
            employee=employee,
            edits=[FieldEdit("phone", "15400002222"), FieldEdit("mail", "li@example.com")],
        )
        employee.refresh_from_db()
        assert change.state == "pending"
        assert masked([employee.phone_token]) == {bytes(employee.phone_token): "154****1111"}
        rows = list(own_changes.summary(Request.objects.get(pk=change.approval_id)))
        assert [row.token_kind for row in rows] == ["", "phone", "email"]
        decide(change.approval_id, officer)
        change.refresh_from_db()
        employee.refresh_from_db()
        assert change.state == "applied"
        assert masked([employee.phone_token]) == {bytes(employee.phone_token): "154****2222"}
        assert not AuditEntry.objects.filter(after__icontains="li@example").exists()

    def test_one_at_a_time_for_each_field(self, person: Any) -> None:
        employee, actor = person
        first = own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("phone", "15400002222")])
        with pytest.raises(Conflict, match="电话"):
            own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("phone", "15400003333")])
        own_changes.withdraw(actor=actor, change=first)
        assert OwnChange.objects.get().state == "withdrawn"
        own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("phone", "15400003333")])

    def test_what_was_changed_meanwhile_is_a_conflict(self, person: Any, officer: Actor) -> None:
        employee, actor = person
        change = own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("phone", "15400002222")])
        fill(employee, phone="15400009999")
        with pytest.raises(Conflict, match="电话"):
            decide(change.approval_id, officer)
        change.refresh_from_db()
        assert change.state == "pending"
        decide(change.approval_id, officer, "decline")
        change.refresh_from_db()
        assert change.state == "declined"

    def test_a_name_needs_evidence_which_goes_when_declined(self, person: Any, officer: Actor) -> None:
        employee, actor = person
        with pytest.raises(InvalidInput) as refused:
            own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("name", "李蕾")])
        assert "evidence" in refused.value.errors
        change = own_changes.propose(
            actor=actor, employee=employee, edits=[FieldEdit("name", "李蕾")], evidence=pdf("户口本.pdf")
        )
        assert change.evidence is not None
        file = change.evidence.file
        decide(change.approval_id, officer, "decline")
        file.refresh_from_db()
        employee.refresh_from_db()
        assert (employee.name, file.name) == ("李雷", "deleted")
        assert file.deleted_at is not None
        assert not EmployeeDocument.objects.exists()

    def test_nobody_proposes_for_others_or_decides_their_own(self, person: Any, officer: Actor) -> None:
        employee, actor = person
        with pytest.raises(Denied):
            own_changes.propose(actor=officer, employee=employee, edits=[FieldEdit("phone", "15400002222")])
        change = own_changes.propose(actor=actor, employee=employee, edits=[FieldEdit("phone", "15400002222")])
        with pytest.raises(KefuError):
            decide(change.approval_id, actor)
        employee.refresh_from_db()
        assert employee.phone_token is None

    def test_list_with_scan_and_photo(self, person: Any, officer: Actor) -> None:
        employee, actor = person
        values = {"name": "普通话二级甲等", "number": "", "issuer": "", "issued_on": "", "expires_on": "2026-12-31"}
        change = own_changes.propose(
            actor=actor, employee=employee, edits=[ItemEdit("credentials", None, values)], scan=pdf()
        )
        photo = own_changes.propose(actor=actor, employee=employee, edits=[], photo=picture())
        assert dossier_of(employee, today()).documents == []
        decide(change.approval_id, officer)
        decide(photo.approval_id, officer)
        credential = employee.credentials.get()
        assert credential.document is not None
        assert not credential.document.is_pending
        assert PersonalFile.objects.get().photo is not None


class TestTerms:
    def test_a_contract_has_a_clock_that_a_renewal_ends(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        ends = today() + timedelta(days=40)
        first = contracts.save_contract(
            actor=officer, employee=employee, contract_id=None, kind="fixed", starts_on=employee.hired_on, ends_on=ends
        )
        clock = Clock.objects.get(kind=terms.CONTRACT_END)
        assert (clock.status, clock.origin) == ("running", f"people.contract:{first.pk}")
        assert employee.name not in clock.title
        later = ends + timedelta(days=30)
        contracts.save_contract(
            actor=officer,
            employee=employee,
            contract_id=first.pk,
            kind="fixed",
            starts_on=employee.hired_on,
            ends_on=later,
        )
        contracts.save_contract(
            actor=officer, employee=employee, contract_id=None, kind="open", starts_on=later + timedelta(days=1)
        )
        clock.refresh_from_db()
        assert clock.status == "met"
        assert terms.follow_all(today()) == 0

    def test_contracts_of_employment_do_not_meet(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        contracts.save_contract(
            actor=officer, employee=employee, contract_id=None, kind="open", starts_on=employee.hired_on
        )
        with pytest.raises(InvalidInput):
            contracts.save_contract(
                actor=officer,
                employee=employee,
                contract_id=None,
                kind="fixed",
                starts_on=today(),
                ends_on=today() + timedelta(days=9),
            )
        assert Contract.objects.count() == 1
        assert contract_fault("secrecy", Span(today(), None), [Span(employee.hired_on, None)]) == ""

    def test_probation_ends_with_the_confirmation_and_leaving_ends_all(self, person: Any, officer: Actor) -> None:
        employee, _actor = person
        editing.update_terms(
            actor=officer,
            employee=employee,
            employment_type="regular",
            probation_ends_on=today() + timedelta(days=20),
        )
        contracts.save_contract(
            actor=officer,
            employee=employee,
            contract_id=None,
            kind="fixed",
            starts_on=employee.hired_on,
            ends_on=today() + timedelta(days=90),
        )
        editing.confirm_probation(actor=officer, employee=employee)
        assert Clock.objects.get(kind=terms.PROBATION_END).status == "met"
        services.record_leaving(actor=SYSTEM, employee=employee, left_on=today() - timedelta(days=1))
        assert terms.follow_all(today()) == 1
        assert Clock.objects.get(kind=terms.CONTRACT_END).status == "cancelled"
