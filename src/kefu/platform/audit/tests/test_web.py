"""The audit page and its API: for auditors only, searchable, and honest about the chain."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kefu.kernel import auditing
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests import factories
from kefu.platform.audit import permissions
from kefu.platform.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> User:
    user = factories.make_user("auditor")
    factories.give(user, factories.make_role({permissions.ENTRY_VIEW: ScopeLevel.ALL}))
    client.force_login(user)
    return user


@pytest.fixture
def entry() -> AuditEntry:
    for number in (1, 12):
        auditing.record(
            actor=factories.make_actor(username=f"K{number}"),
            action="access.node:rename",
            target=f"access.node:{number}",
            before={"name": "<b>旧</b>"},
            after={"name": "新", "n": 3},
        )
    return AuditEntry.objects.get(target="access.node:1")


def test_search_by_person_action_target_and_day(client: Client, auditor: User, entry: AuditEntry) -> None:
    def found(**query: str) -> set[str]:
        page = client.get(reverse("audit:entries"), query)
        assert page.status_code == 200
        return {target for target in ("access.node:1<", "access.node:12<") if target in page.text}

    assert found() == {"access.node:1<", "access.node:12<"}
    assert found(who="K12") == {"access.node:12<"}
    assert found(action="access.node:rename") == {"access.node:1<", "access.node:12<"}
    assert found(action="access.user:create") == set()
    assert found(target="access.node:1") == {"access.node:1<"}
    assert found(target="access.node") == {"access.node:1<", "access.node:12<"}
    assert found(day_to="2020-01-01") == set()


def test_an_entry_shows_before_and_after_escaped(client: Client, auditor: User, entry: AuditEntry) -> None:
    url = reverse("audit:entry", args=[entry.pk])
    page = client.get(url)
    assert "&lt;b&gt;旧&lt;/b&gt;" in page.text
    drawer = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in drawer.text
    assert client.get(reverse("audit:entry", args=[10**9])).status_code == 404


def test_the_chain_is_checked_on_the_page_and_over_http(client: Client, auditor: User, entry: AuditEntry) -> None:
    assert "审计链完整" in client.post(reverse("audit:verify")).text
    answer = client.get("/api/v1/audit/verify").json()
    assert (answer["ok"], answer["unsealed"]) == (True, AuditEntry.objects.count())
    listed = client.get("/api/v1/audit/entries", {"target": "access.node:12"}).json()
    assert [row["after"] for row in listed["items"]] == [{"name": "新", "n": 3}]
    assert client.get(f"/api/v1/audit/entries/{entry.pk}").json()["action"] == "access.node:rename"


def test_without_the_right_nothing_is_seen(client: Client, entry: AuditEntry) -> None:
    client.force_login(factories.make_user())
    for url in (reverse("audit:entries"), reverse("audit:entry", args=[entry.pk]), "/api/v1/audit/entries"):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "access.node:1" not in answer.text
    assert client.post(reverse("audit:verify")).status_code == 403
