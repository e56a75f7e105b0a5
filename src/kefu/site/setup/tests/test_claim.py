"""The one-time link: one administrator, by whoever runs the machine, and never again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.platform.access.models import Assignment, User
from kefu.platform.audit.models import AuditEntry
from kefu.site.setup import queries, services
from kefu.site.setup.models import Checklist, SetupLink

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
PASSWORD = "mulan-7-lighthouse"
FIELDS = {"username": "boss", "display_name": "林若溪", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def _look_again() -> None:
    queries.forget()


def new_code() -> str:
    code = services.issue_link(actor=SYSTEM)
    assert code is not None
    return code


def test_whoever_has_the_link_becomes_the_administrator(client: Client) -> None:
    code = new_code()
    answer = client.post(reverse("setup:claim"), {"code": code, **FIELDS})
    assert (answer.status_code, answer["Location"]) == (302, reverse("setup:checklist"))
    user = User.objects.get()
    assert (user.username, user.must_change_password) == ("boss", False)
    assert [a.role.code for a in Assignment.objects.filter(user=user)] == ["admin"]
    assert queries.is_checklist_open()
    assert AuditEntry.objects.filter(action="setup.installation:claim").count() == 1
    # the next step is the second factor, which the role asks for
    assert reverse("access:second_factor") in client.get(reverse("setup:checklist"))["Location"]


def test_the_code_itself_is_not_kept() -> None:
    code = new_code()
    assert code not in SetupLink.objects.get().digest
    assert not AuditEntry.objects.filter(after__icontains=code).exists()


@pytest.mark.parametrize("code", ["", "guess", "x" * 90])
def test_a_wrong_code_changes_nothing(client: Client, code: str) -> None:
    new_code()
    answer = client.post(reverse("setup:claim"), {"code": code, **FIELDS})
    assert answer.status_code in {403, 422}
    assert not User.objects.exists()
    assert not Checklist.objects.exists()


def test_an_old_code_changes_nothing() -> None:
    code = new_code()
    SetupLink.objects.update(created_at=timezone.now() - timedelta(days=3), expires_at=timezone.now())
    with pytest.raises(Denied):
        services.claim(code=code, username="boss", display_name="林若溪", password=PASSWORD)
    assert not User.objects.exists()


def test_nobody_claims_twice(client: Client) -> None:
    first, second = new_code(), new_code()
    services.claim(code=first, username="boss", display_name="林若溪", password=PASSWORD)
    for code in (first, second):
        with pytest.raises(Conflict):
            services.claim(code=code, username="other", display_name="他人", password=PASSWORD)
    assert [user.username for user in User.objects.all()] == ["boss"]
    assert services.issue_link(actor=SYSTEM) is None
    # and the page leads to the sign-in page
    assert client.get(reverse("setup:claim"))["Location"] == reverse("access:sign_in")


def test_a_weak_password_leaves_the_link_good() -> None:
    code = new_code()
    with pytest.raises(InvalidInput):
        services.claim(code=code, username="boss", display_name="林若溪", password="12345678")
    assert not User.objects.exists()
    services.claim(code=code, username="boss", display_name="林若溪", password=PASSWORD)
    assert User.objects.count() == 1


def test_the_sign_in_page_leads_to_the_claim_only_while_somebody_may_claim(client: Client) -> None:
    assert client.get(reverse("access:sign_in")).status_code == 200
    code = new_code()
    assert client.get(reverse("access:sign_in"))["Location"] == reverse("setup:claim")
    services.claim(code=code, username="boss", display_name="林若溪", password=PASSWORD)
    assert client.get(reverse("access:sign_in")).status_code == 200
