"""Access over HTTP: by session and by token, scoped as the pages are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kefu.kernel import clock
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import services
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.test_services import everything

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/access"
MANAGING = {
    p.USER_VIEW: ScopeLevel.UNIT,
    p.USER_MANAGE: ScopeLevel.UNIT,
    p.ROLE_ASSIGN: ScopeLevel.UNIT,
    p.TOKEN_ISSUE: ScopeLevel.ALL,
}


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def team() -> ScopeNode:
    return factories.make_node("a")


@pytest.fixture
def boss(team: ScopeNode) -> User:
    user = factories.make_user("boss", home_node=team)
    factories.give(user, factories.make_role(MANAGING), team)
    return user


def bearer(user: User, *codes: str) -> dict[str, Any]:
    _token, plain = services.issue_token(
        actor=user.as_actor(), name="t", codes=codes, expires_at=clock.now() + timedelta(days=1)
    )
    return {"headers": {"Authorization": f"Bearer {plain}"}}


def test_me_by_session_and_by_token(client: Client, boss: User) -> None:
    client.force_login(boss)
    answer = client.get(f"{ROOT}/me").json()
    assert (answer["username"], answer["kind"], answer["permissions"]) == ("boss", "user", sorted(MANAGING))
    answer = Client().get(f"{ROOT}/me", **bearer(boss, p.USER_VIEW)).json()
    assert (answer["kind"], answer["permissions"]) == ("token", [p.USER_VIEW])


def test_without_sign_in_and_with_a_bad_token_nobody_gets_in(client: Client) -> None:
    assert client.get(f"{ROOT}/me").status_code == 401
    assert client.get(f"{ROOT}/users", headers={"Authorization": "Bearer kefu_nonsense"}).status_code == 401


def test_lists_are_scoped(client: Client, boss: User, team: ScopeNode) -> None:
    mine = factories.make_user("mine", home_node=team)
    other = factories.make_user("other", home_node=factories.make_node("b"))
    by = bearer(boss, p.USER_VIEW)
    names = [row["username"] for row in client.get(f"{ROOT}/users", **by).json()["items"]]
    assert names == ["boss", "mine"]
    assert client.get(f"{ROOT}/users/{mine.pk}", **by).status_code == 200
    for forged in (other.pk, 10**30, 2**63):
        assert client.get(f"{ROOT}/users/{forged}", **by).status_code == 404


def test_writes_are_scoped_and_refusals_change_nothing(client: Client, boss: User, team: ScopeNode) -> None:
    elsewhere = factories.make_node("b")
    other = factories.make_user("other", home_node=elsewhere)
    role = factories.make_role({p.ROLE_MANAGE: ScopeLevel.ALL}, "strong")
    by = bearer(boss, *MANAGING)
    before = everything()[:7]
    json = "application/json"
    answers = [
        client.post(f"{ROOT}/users", {"username": "x", "display_name": "x", "home_node_id": elsewhere.pk}, json, **by),
        client.patch(f"{ROOT}/users/{other.pk}", {"is_active": False}, json, **by),
        client.patch(f"{ROOT}/users/{boss.pk}", {"is_active": False}, json, **by),
        client.post(f"{ROOT}/users/{boss.pk}/roles", {"role": role.code}, json, **by),
        client.post(f"{ROOT}/users/{boss.pk}/roles", {"role": "no_such"}, json, **by),
    ]
    assert [answer.status_code for answer in answers] == [403, 404, 403, 403, 422]
    assert everything()[:7] == before


def test_creating_changing_and_giving_a_role(client: Client, boss: User, team: ScopeNode) -> None:
    factories.make_role({p.USER_VIEW: ScopeLevel.OWN}, "plain")
    by = bearer(boss, *MANAGING)
    json = "application/json"
    made = client.post(f"{ROOT}/users", {"username": "K7", "display_name": "新人", "home_node_id": team.pk}, json, **by)
    assert made.status_code == 201
    url = f"{ROOT}/users/{made.json()['id']}"
    assert client.patch(url, {"display_name": "改名", "is_active": False}, json, **by).json()["state"] == "inactive"
    given = client.post(f"{url}/roles", {"role": "plain"}, json, **by)
    assert given.status_code == 201
    assert [row["role"] for row in client.get(f"{url}/roles", **by).json()] == ["plain"]
    assert client.delete(f"{url}/roles/{given.json()['id']}", **by).status_code == 204
    assert client.get(f"{url}/roles", **by).json() == []


def test_tokens_over_http(client: Client, boss: User) -> None:
    client.force_login(boss)
    body = {"name": "t", "permissions": [p.USER_VIEW], "expires_at": (clock.now() + timedelta(days=2)).isoformat()}
    made = client.post(f"{ROOT}/tokens", body, "application/json")
    assert made.status_code == 201
    plain = made.json()["token"]
    assert services.actor_of_token(plain).user_id == boss.pk
    assert plain not in client.get(f"{ROOT}/tokens").content.decode()
    assert client.delete(f"{ROOT}/tokens/{made.json()['id']}").status_code == 204
    assert client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {plain}"}).status_code == 401
