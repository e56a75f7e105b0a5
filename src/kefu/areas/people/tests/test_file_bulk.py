"""Files of many and on paper; and what is left of somebody who was erased."""

from __future__ import annotations

import base64
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from kefu.areas.people import permissions, services
from kefu.areas.people.choices import FormKind
from kefu.areas.people.models import Contract, Employee, FormPrint, Membership, PersonalFile
from kefu.areas.people.queries.file import dossier_of, export_scope, mail_addresses, phone_numbers
from kefu.areas.people.services.file import bulk, contracts, documents, editing, erasing, own_changes, printing
from kefu.areas.people.services.file.planning import FieldEdit, ItemEdit
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.areas.people.tests.test_file import ID, pdf, picture
from kefu.areas.people.web.file.imports import FILES, prepare, row_of, validate
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, RuleBroken
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.audit.queries import verify
from kefu.platform.audit.services import seal
from kefu.platform.imports.registry import ImportContext, Row
from kefu.platform.privacy.models import VaultValue
from kefu.platform.privacy.queries import masked

pytestmark = pytest.mark.django_db
OFFICER = (permissions.EMPLOYEE_VIEW, permissions.FILE_VIEW, permissions.FILE_MANAGE, permissions.FILE_EXPORT)


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


@pytest.fixture
def person(centre: SmallCentre) -> Employee:
    return make_employee(centre.team1, "诸葛明月", number="K1", hired_on=date(2020, 3, 1))


def officer(*more: str) -> Actor:
    return make_actor(dict.fromkeys((*OFFICER, *more), ScopeLevel.ALL))


def row(at: int = 2, **values: Any) -> Row:
    return Row(at, {column.code: values.get(column.code.replace(".", "__")) for column in FILES.columns})


def checked(*rows: Row, actor: Actor = SYSTEM) -> list[tuple[str, str]]:
    ctx = ImportContext(actor=actor)
    prepare(list(rows), ctx)
    return [(str(fault[0]), str(fault[1])) for each in rows for fault in validate(each, ctx)]


def enter(*rows: Row, actor: Actor = SYSTEM) -> dict[str, int]:
    ctx = ImportContext(actor=actor, is_dry_run=False)
    prepare(list(rows), ctx)
    return dict(FILES.apply(list(rows), actor, ctx) or {})


FULL: dict[str, Any] = {
    "number": "K1", "id_number": ID, "phone": "15400001111", "mail": "moon@example.com", "address": "无名市未知路 77 号",
    "employment_type": "dispatched", "star_level": 4, "contract__kind": "fixed",
    "contract__starts_on": date(2020, 3, 1), "contract__ends_on": date(2030, 2, 28),
    "emergency_contacts__name": "诸葛无双", "emergency_contacts__relation": "parent",
    "emergency_contacts__phone": "15400002222", "schooling__school": "南山电子学院", "schooling__education": "college",
    "credentials__name": "心理咨询师",
}  # fmt: skip


class TestImport:
    def test_a_row_fills_the_file_and_again_changes_nothing(self, person: Employee) -> None:
        assert checked(row(**FULL)) == []
        assert not VaultValue.objects.exists()  # the check keeps nothing
        assert enter(row(**FULL)) == {"updated": 1, "unchanged": 0}
        person.refresh_from_db()
        assert (person.born_on, person.gender, person.star_level) == (date(1990, 3, 7), "female", 4)
        assert Contract.objects.get().ends_on == date(2030, 2, 28)
        assert enter(row(**FULL)) == {"updated": 0, "unchanged": 1}
        enter(row(**{**FULL, "emergency_contacts__phone": "15400003333"}))
        assert person.emergency_contacts.count() == 1

    @pytest.mark.parametrize(
        ("values", "column"),
        [
            ({"number": "K404"}, "number"),
            ({"id_number": ID[:-1] + "0"}, "id_number"),
            ({"id_number": ID, "born_on": date(1991, 1, 1)}, "born_on"),
            ({"mail": "x"}, "mail"),
            ({"emergency_contacts__name": "某人"}, "emergency_contacts.relation"),
            ({"contract__kind": "fixed", "contract__starts_on": date(2026, 1, 1)}, "contract.ends_on"),
        ],
    )
    def test_faulty_rows_say_why(self, person: Employee, values: dict[str, Any], column: str) -> None:
        faults = checked(row(**{"number": "K1", **values}))
        assert column in {fault[0] for fault in faults}

    def test_twice_and_out_of_reach(self, centre: SmallCentre, person: Employee) -> None:
        assert [fault[0] for fault in checked(row(2, number="K1"), row(3, number="K1"))] == ["number"]
        west = make_actor({permissions.FILE_MANAGE: ScopeLevel.UNIT}, node=centre.west.node)
        assert [fault[0] for fault in checked(row(number="K1"), actor=west)] == ["number"]

    def test_an_export_with_masks_can_be_imported_again(self, person: Employee) -> None:
        enter(row(**FULL))
        mask = masked([Employee.objects.get().phone_token])[bytes(Employee.objects.get().phone_token or b"")]
        assert "phone" not in row_of(row(number="K1", phone=mask), Employee.objects.get()).fields
        assert checked(row(number="K1", phone="154****9999"))[0][0] == "phone"


class TestExport:
    def test_masks_hold_without_right_and_reason(self, person: Employee) -> None:
        enter(row(**FULL))
        person.refresh_from_db()
        header, rows = bulk.export_files(actor=officer(), employees=[person], is_full=False)
        assert len(header) == len(rows[0])
        assert "154****1111" in rows[0]
        assert ID not in rows[0]
        with pytest.raises(Denied):
            bulk.export_files(actor=officer(), employees=[person], is_full=True, reason="社保申报")
        with pytest.raises(InvalidInput):
            bulk.export_files(actor=officer("privacy.value:reveal"), employees=[person], is_full=True, reason="")
        whole = bulk.export_files(
            actor=officer("privacy.value:reveal"), employees=[person], is_full=True, reason="社保申报"
        )[1]
        assert {ID, "15400001111"} <= set(map(str, whole[0]))

    def test_the_columns_are_those_of_the_import(self, person: Employee) -> None:
        header, _rows = bulk.export_files(actor=officer(), employees=[person], is_full=False)
        assert {str(column.label) for column in FILES.columns} <= set(header)

    def test_through_the_page(self, person: Employee) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=officer().user_id))
        answer = client.post(reverse("people:files_export"), {"unit": "", "with_left": ""})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        assert sheet["A2"].value == "K1"


class TestPaper:
    @pytest.mark.parametrize("form", FormKind.values)
    def test_every_form_is_printed_and_logged(self, person: Employee, form: str) -> None:
        enter(row(**FULL))
        editing.set_photo(actor=SYSTEM, employee=person, upload=picture())
        made = printing.print_form(actor=officer(), employee=person, form=form)
        assert made.startswith(b"%PDF-")
        assert FormPrint.objects.get().is_full is False
        assert printing.print_blank(form).startswith(b"%PDF-")

    def test_in_full_needs_the_right_and_a_reason(self, person: Employee) -> None:
        with pytest.raises(Denied):
            printing.print_form(actor=officer(), employee=person, form="archive", is_full=True, reason="办理社保")
        assert not FormPrint.objects.exists()

    def test_many_are_kept_for_whoever_asked(self, centre: SmallCentre, person: Employee) -> None:
        actor = officer()
        people = [person, make_employee(centre.team2, "乙", number="K2")]
        stored = printing.print_many(actor=actor, employees=people, form="archive")
        assert FormPrint.objects.filter(file=stored).count() == 2
        assert export_scope(actor, "", with_left=False) == sorted(people, key=lambda one: one.name_key)
        with pytest.raises(InvalidInput):
            printing.print_many(actor=actor, employees=[], form="archive")


def test_addresses_for_notices_come_from_the_file(person: Employee) -> None:
    actor = make_actor({})
    services.link_user(actor=SYSTEM, employee=person, user=User.objects.get(pk=actor.user_id))
    enter(row(**FULL))
    assert list(mail_addresses([actor.user_id or 0])) == [actor.user_id]
    assert list(phone_numbers([actor.user_id or 0])) == [actor.user_id]


class TestErasure:
    @pytest.fixture(autouse=True)
    def _ledger(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KEFU_ERASURE_LEDGER", str(tmp_path / "erasures.jsonl"))

    WORDS = ("诸葛明月", "zhu ge ming yue", "诸葛无双", ID, "15400001111", "15400002222", "moon@example.com",
             "无名市未知路", "南山电子学院", "户口本", "15400007777")  # fmt: skip

    def _whole_database(self) -> bytes:
        """Every row of every table as PostgreSQL would dump it."""
        parts = []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
                "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            for (table,) in cursor.fetchall():
                with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copy:  # type: ignore[attr-defined]
                    parts += [bytes(block) for block in copy]
        return b"".join(parts)

    def _found(self) -> set[str]:
        text = self._whole_database()
        for path in Path(settings.FILES_ROOT).rglob("*"):
            text += path.read_bytes() if path.is_file() else b""
        forms = ((word, word.encode()) for word in self.WORDS)
        return {
            word
            for word, plain in forms
            if any(each in text for each in (plain, plain.hex().encode(), base64.b64encode(plain)[:-4] or plain))
        }

    def test_nothing_personal_is_left(
        self, person: Employee, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.FILES_ROOT = tmp_path
        with django_capture_on_commit_callbacks(execute=True):
            actor = make_actor({permissions.FILE_VIEW: ScopeLevel.OWN})
            user = User.objects.get(pk=actor.user_id)
            services.link_user(actor=SYSTEM, employee=person, user=user)
            services.update_employee(actor=SYSTEM, employee=person, name="诸葛明月")
            enter(row(**FULL))
            person.refresh_from_db()
            editing.set_photo(actor=SYSTEM, employee=person, upload=picture())
            documents.add_document(actor=SYSTEM, employee=person, upload=pdf("户口本.pdf"), purpose="id_copy")
            own_changes.propose(
                actor=actor,
                employee=person,
                edits=[FieldEdit("name", "诸葛明月月"), FieldEdit("phone", "15400007777")],
                evidence=pdf("户口本2.pdf"),
            )
            services.record_merit(
                actor=SYSTEM, employee=person, kind="reward", title="诸葛明月获奖", happened_on=date(2021, 3, 1)
            )
            printing.print_many(actor=officer(), employees=[person], form="archive")
            assert self._found() >= {"诸葛明月", "南山电子学院", "户口本"}
            services.record_leaving(actor=SYSTEM, employee=person, left_on=date(2023, 1, 1))
            erasing.erase_employee(actor=SYSTEM, employee=person, reason="诸葛明月保存期满")
        assert self._found() == set()
        person.refresh_from_db()
        assert (person.number, person.name) == ("K1", "已删除员工 K1")
        assert Membership.objects.filter(employee=person).exists()
        assert Contract.objects.get().starts_on == date(2020, 3, 1)
        assert dossier_of(person, today()).documents == []
        seal(clock.now())
        assert verify().ok
        with pytest.raises(RuleBroken):
            editing.update_file(actor=SYSTEM, employee=person, edits=[FieldEdit("mail", "a@example.com")])

    def test_only_those_who_left_and_only_with_the_right(self, person: Employee) -> None:
        enter(row(**FULL))
        with pytest.raises(Denied):
            erasing.erase_employee(actor=officer(), employee=person, reason="保存期满")
        with pytest.raises(InvalidInput):
            erasing.erase_employee(actor=SYSTEM, employee=person, reason=" ")
        with pytest.raises(RuleBroken):
            erasing.erase_employee(actor=SYSTEM, employee=person, reason="保存期满")
        services.record_leaving(actor=SYSTEM, employee=person, left_on=today() - timedelta(days=1))
        with pytest.raises(RuleBroken) as refused:
            erasing.erase_employee(actor=SYSTEM, employee=person, reason="保存期满")
        assert refused.value.code == "still_kept"
        assert PersonalFile.objects.get().erased_at is None

    def test_a_shared_value_stays_with_the_other(self, centre: SmallCentre, person: Employee) -> None:
        other = make_employee(centre.team2, "夫", number="K2")
        enter(row(**FULL))
        editing.update_file(actor=SYSTEM, employee=other, edits=[FieldEdit("address", FULL["address"])])
        contact = {"name": "诸葛无双", "relation": "friend", "phone": "15400002222"}
        editing.update_file(actor=SYSTEM, employee=other, edits=[ItemEdit("emergency_contacts", None, contact)])
        services.record_leaving(actor=SYSTEM, employee=person, left_on=date(2022, 1, 1))
        erasing.erase_employee(actor=SYSTEM, employee=person, reason="保存期满")
        kept = PersonalFile.objects.get(employee=other).address_token
        assert VaultValue.objects.get(token=kept).erased_at is None
        assert VaultValue.objects.filter(erased_at__isnull=False).count() == 3


def test_contracts_keep_their_scan(person: Employee) -> None:
    made = contracts.save_contract(
        actor=SYSTEM, employee=person, contract_id=None, kind="open", starts_on=person.hired_on, scan=pdf()
    )
    assert made.document is not None
    assert made.document.purpose == "contract"
