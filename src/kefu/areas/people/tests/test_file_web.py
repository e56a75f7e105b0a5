"""The pages and the API of personal files: they open, change, ask, and refuse."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Contract, Employee, EmployeeDocument, OwnChange, PersonalFile
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.areas.people.tests.test_file import ID, fill, pdf, picture
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.audit.models import AuditEntry
from kefu.platform.custody.models import SubjectRequest
from kefu.platform.custody.permissions import REQUEST_RECORD, REQUEST_VIEW

pytestmark = pytest.mark.django_db
KEEPER = (permissions.EMPLOYEE_VIEW, permissions.FILE_VIEW, permissions.FILE_MANAGE, permissions.FILE_EXPORT,
          permissions.EMPLOYEE_MANAGE, REQUEST_RECORD, REQUEST_VIEW)  # fmt: skip


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


@pytest.fixture
def person(centre: SmallCentre) -> Employee:
    return make_employee(centre.team1, "李雷", number="K1")


def client_with(
    *codes: str, level: ScopeLevel = ScopeLevel.ALL, node: Any = None, own: Employee | None = None
) -> Client:
    actor = make_actor(dict.fromkeys(codes, level), node=node)
    user = User.objects.get(pk=actor.user_id)
    if own is not None:
        services.link_user(actor=SYSTEM, employee=own, user=user)
    client = Client()
    client.force_login(user)
    return client


def test_the_keeper_fills_a_file_through_the_pages(person: Employee) -> None:
    client = client_with(*KEEPER)
    url = {name: reverse(f"people:{name}", args=["K1"]) for name in ("file", "file_photo", "file_terms", "contract_new",
                                                                    "document_new", "file_print")}  # fmt: skip
    answer = client.post(
        reverse("people:file_section", args=["K1", "identity"]),
        {"name": "李雷", "id_kind": "resident", "id_number": ID[:-1] + "9"},
    )
    assert answer.status_code == 422
    assert "校验码" in answer.content.decode()
    answer = client.post(
        reverse("people:file_section", args=["K1", "identity"]),
        {"name": "李雷", "id_kind": "resident", "id_number": ID, "education": "college"},
    )
    assert answer.status_code == 302
    contact = {"name": "韩梅梅", "relation": "spouse", "phone": "15400004321"}
    assert client.post(reverse("people:file_item_new", args=["K1", "emergency_contacts"]), contact).status_code == 302
    paper = {"name": "健康证", "expires_on": str(today() + timedelta(days=20)), "scan": pdf()}
    assert client.post(reverse("people:file_item_new", args=["K1", "credentials"]), paper).status_code == 302
    assert client.post(url["file_photo"], {"photo": picture()}).status_code == 302
    terms = {"employment_type": "regular", "level": "P2", "star_level": "3", "probation_ends_on": str(today())}
    assert client.post(url["file_terms"], terms).status_code == 302
    assert client.post(reverse("people:file_confirm", args=["K1"]), {"confirmed_on": str(today())}).status_code == 302
    signed = {"kind": "open", "starts_on": "2026-01-05", "scan": pdf("合同.pdf")}
    assert client.post(url["contract_new"], signed).status_code == 302
    ended = {"ended_on": str(today()), "reason": "协商一致"}
    pk = Contract.objects.get().pk
    assert client.post(reverse("people:contract_end", args=["K1", pk]), ended).status_code == 302
    assert client.post(url["document_new"], {"purpose": "other", "title": "承诺书", "upload": pdf()}).status_code == 302
    page = client.get(url["file"])
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert ID not in text
    assert "9901**********" in text
    assert "ui-watermark" in text
    document = EmployeeDocument.objects.get(title="承诺书")
    assert client.get(reverse("files:download", args=[document.file.uid])).status_code == 200
    assert AuditEntry.objects.filter(action="files.file:read", target=f"files.file:{document.file.uid}").exists()
    remove = reverse("people:document_remove", args=["K1", document.pk])
    assert client.post(remove, {"reason": "重复归档"}).status_code == 302
    assert client.get(reverse("files:download", args=[document.file.uid])).status_code == 404
    assert client.post(url["file_print"], {"form": "archive"})["Content-Type"] == "application/pdf"
    for name in ("files_prints", "files_export", "files_print"):
        assert client.get(reverse(f"people:{name}")).status_code == 200
    assert client.post(reverse("people:files_print"), {"form": "archive", "unit": ""}).status_code == 302
    assert client.post(reverse("people:file_erase", args=["K1"]), {"reason": "保存期满"}).status_code == 409
    services.record_leaving(actor=SYSTEM, employee=person, left_on=today())
    Employee.objects.filter(pk=person.pk).update(hired_on="2020-01-01", left_on="2022-01-01")
    assert client.post(reverse("people:file_erase", args=["K1"]), {"reason": "保存期满"}).status_code == 302
    assert SubjectRequest.objects.get().subject_ref == str(person.pk)


def test_a_leader_and_a_stranger_do_not_get_in(centre: SmallCentre, person: Employee) -> None:
    fill(person, mail="li@example.com")
    document = EmployeeDocument.objects.count()
    leader = client_with(permissions.EMPLOYEE_VIEW, level=ScopeLevel.UNIT, node=centre.team1.node)
    assert leader.get(reverse("people:employee", args=["K1"])).status_code == 200
    stranger = client_with(*KEEPER, level=ScopeLevel.UNIT, node=centre.west.node)
    for client, status in ((leader, 403), (stranger, 404)):
        for name in ("file", "file_photo", "file_terms", "contract_new", "document_new", "file_print"):
            assert client.get(reverse(f"people:{name}", args=["K1"])).status_code in {status, 403}
        answer = client.post(reverse("people:file_section", args=["K1", "contacts"]), {"mail": "x@example.com"})
        assert answer.status_code in {403, 404}
    assert EmployeeDocument.objects.count() == document
    assert PersonalFile.objects.count() == 1


def test_ones_own_file_and_a_change(person: Employee) -> None:
    client = client_with(permissions.FILE_VIEW, level=ScopeLevel.OWN, own=person)
    fill(person, id_number=ID, phone="15400001111")
    assert client.get(reverse("people:own_file")).headers["Location"] == reverse("people:file", args=["K1"])
    assert ID not in client.get(reverse("people:file", args=["K1"])).content.decode()
    assert ID in client.post(reverse("people:file_show", args=["K1"])).content.decode()
    assert client.get(reverse("people:own_section", args=["contacts"])).status_code == 200
    assert client.post(reverse("people:file_section", args=["K1", "contacts"]), {"phone": "1"}).status_code == 403
    asked = client.post(reverse("people:own_section", args=["contacts"]), {"phone": "15400002222", "note": "换号"})
    assert asked.status_code == 302
    change = OwnChange.objects.get()
    text = client.get(reverse("people:own_change", args=[change.pk])).content.decode()
    assert "154****1111" in text
    assert "154****2222" in text
    again = client.post(reverse("people:own_section", args=["contacts"]), {"phone": "15400003333"})
    assert again.status_code == 409
    assert client.get(reverse("people:own_changes")).status_code == 200
    assert client.post(reverse("people:own_change_withdraw", args=[change.pk])).status_code == 302
    added = {"name": "韩梅梅", "relation": "spouse", "phone": "15400004321"}
    assert client.post(reverse("people:own_item_new", args=["emergency_contacts"]), added).status_code == 302
    assert client.post(reverse("people:own_photo"), {"photo": picture()}).status_code == 302
    refused = client.post(reverse("people:own_section", args=["identity"]), {"name": "李蕾", "id_kind": "resident"})
    assert refused.status_code == 422
    assert OwnChange.objects.count() == 3


def test_the_api_reads_masks_and_takes_own_changes(person: Employee) -> None:
    fill(person, id_number=ID, phone="15400001111")
    client = client_with(permissions.FILE_VIEW, level=ScopeLevel.OWN, own=person)
    base = "/api/v1/people"
    found = client.get(f"{base}/me/file").json()
    assert (found["fields"]["phone"], found["fields"]["gender"]) == ("154****1111", "女")
    body = {"fields": [{"field": "mail", "value": "li@example.com"}]}
    made = client.post(f"{base}/me/file/changes", json.dumps(body), content_type="application/json")
    assert (made.status_code, made.json()["targets"]) == (201, ["mail"])
    assert len(client.get(f"{base}/me/file/changes").json()) == 1
    back = client.post(f"{base}/me/file/changes/{made.json()['id']}/withdraw")
    assert back.json()["state"] == "withdrawn"
    wrong = client.post(
        f"{base}/me/file/changes", json.dumps({"fields": [{"field": "nope", "value": "1"}]}), "application/json"
    )
    assert wrong.status_code == 422
    other = client_with(permissions.FILE_VIEW, level=ScopeLevel.OWN)
    assert other.get(f"{base}/employees/K1/file").status_code == 404
    assert other.get(f"{base}/me/file").status_code == 404
