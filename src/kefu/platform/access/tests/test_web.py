"""The pages: who sees them, what forged addresses get, and that forms refuse with 422."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import services
from kefu.platform.access.models import ApiToken, Assignment, Role, RoleGrant, ScopeNode, SessionRecord, User
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.test_services import everything

pytestmark = pytest.mark.django_db
LEADING = {
    p.USER_VIEW: ScopeLevel.UNIT,
    p.USER_MANAGE: ScopeLevel.UNIT,
    p.ROLE_ASSIGN: ScopeLevel.UNIT,
    p.TOKEN_ISSUE: ScopeLevel.ALL,
}


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def teams() -> tuple[ScopeNode, ScopeNode]:
    site = factories.make_node("site", kind="site")
    return factories.make_node("a", parent=site), factories.make_node("b", parent=site)


@pytest.fixture
def leader(teams: tuple[ScopeNode, ScopeNode], client: Client) -> User:
    user = factories.make_user("leader", home_node=teams[0])
    factories.give(user, factories.make_role(LEADING), teams[0])
    client.force_login(user)
    client.get(reverse("access:account"))
    return user


def test_a_leader_sees_the_team_only(client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode]) -> None:
    mine, other = factories.make_user("mine", home_node=teams[0]), factories.make_user("other", home_node=teams[1])
    page = client.get(reverse("access:users"))
    assert "mine" in page.text
    assert "other" not in page.text
    assert client.get(reverse("access:user", args=[mine.pk])).status_code == 200
    assert client.get(reverse("access:user", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("name", ["assign", "reset_password", "set_active", "user"])
def test_a_forged_user_id_changes_nothing(
    client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode], name: str
) -> None:
    other = factories.make_user("other", home_node=teams[1])
    role = factories.make_role({p.USER_VIEW: ScopeLevel.UNIT})
    before = everything()
    body = {"role": role.pk, "password": "correct horse 42", "active": "0", "display_name": "x", "home_node": ""}
    assert client.post(reverse(f"access:{name}", args=[other.pk]), body).status_code == 404
    assert everything() == before


def test_a_forged_node_is_not_a_choice(client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode]) -> None:
    mine = factories.make_user("mine", home_node=teams[0])
    role = factories.make_role({p.USER_VIEW: ScopeLevel.UNIT})
    before = everything()
    answer = client.post(reverse("access:assign", args=[mine.pk]), {"role": role.pk, "node": teams[1].pk})
    assert answer.status_code == 422
    body = {"display_name": "x", "home_node": teams[1].pk, "language": ""}
    assert client.post(reverse("access:user", args=[mine.pk]), body).status_code == 422
    new = {"username": "new", "display_name": "x", "home_node": teams[1].pk, "password": "correct horse 42"}
    assert client.post(reverse("access:new_user"), new).status_code == 422
    assert everything() == before


def test_creating_an_account_with_its_role(client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode]) -> None:
    role = factories.make_role({p.USER_VIEW: ScopeLevel.OWN})
    body = {"username": "K9", "display_name": "新人", "home_node": teams[0].pk, "password": "correct horse 42"}
    weak = client.post(reverse("access:new_user"), {**body, "password": "123"})
    assert (weak.status_code, "密码至少要 10 个字符" in weak.text, "K9" in weak.text) == (422, True, True)
    assert client.post(reverse("access:new_user"), {**body, "role": role.pk}).status_code == 302
    user = User.objects.get(username="K9")
    assert (user.must_change_password, user.home_node_id) == (True, teams[0].pk)
    assert Assignment.objects.get(user=user).role_id == role.pk


def test_too_strong_a_role_creates_no_account(client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode]) -> None:
    role = factories.make_role({p.ROLE_MANAGE: ScopeLevel.ALL})
    before = everything()
    body = {"username": "K9", "display_name": "新人", "home_node": teams[0].pk, "password": "correct horse 42"}
    answer = client.post(reverse("access:new_user"), {**body, "role": role.pk})
    assert (answer.status_code, "您不能授予自己没有的权限" in answer.text) == (422, True)
    assert everything() == before


@pytest.mark.parametrize("name", ["users", "new_user", "roles", "new_role", "tree", "tokens", "new_token"])
def test_pages_without_the_right_are_forbidden(client: Client, name: str) -> None:
    client.force_login(factories.make_user())
    assert client.get(reverse(f"access:{name}")).status_code == 403


def test_sessions_of_others_are_invisible_without_the_right(client: Client, leader: User) -> None:
    stranger = factories.make_user()
    other = Client()
    other.force_login(stranger)
    other.get(reverse("access:account"))
    record = SessionRecord.objects.get(user=stranger)
    assert client.post(reverse("access:revoke_session", args=[record.pk])).status_code == 404
    record.refresh_from_db()
    assert record.ended_at is None
    assert client.get(reverse("access:sessions")).status_code == 200


def test_one_ends_ones_own_other_session(client: Client, leader: User) -> None:
    other = Client()
    other.force_login(leader)
    assert other.get(reverse("access:account")).status_code == 200
    client.get(reverse("access:account"))
    record = SessionRecord.objects.get(session_key=other.session.session_key)
    assert (
        client.post(reverse("access:revoke_session", args=[record.pk]), headers={"HX-Request": "true"}).status_code
        == 204
    )
    assert other.get(reverse("access:account")).status_code == 302
    assert client.get(reverse("access:account")).status_code == 200


def test_a_token_is_shown_once(client: Client, leader: User) -> None:
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    body = {"name": "报表", "until": until, "permissions": [p.USER_VIEW]}
    page = client.post(reverse("access:new_token"), body)
    plain = page.text.split("kefu_")[1].split("<")[0]
    assert len(plain) == 43
    assert page.headers["Cache-Control"] == "no-store"
    assert plain not in client.get(reverse("access:tokens")).text
    forged = client.post(reverse("access:new_token"), {**body, "permissions": [p.ROLE_MANAGE]})
    assert forged.status_code == 422
    assert ApiToken.objects.count() == 1


def test_editing_a_role_and_a_refused_grant(client: Client) -> None:
    editor = factories.make_user("editor")
    factories.give(editor, factories.make_role({p.ROLE_VIEW: ScopeLevel.ALL, p.ROLE_MANAGE: ScopeLevel.ALL}))
    client.force_login(editor)
    role = factories.make_role({}, "night")
    url = reverse("access:role", args=[role.pk])
    refused = client.post(url, {"name": "夜班", f"grant-{p.USER_VIEW}": "unit"})
    assert (refused.status_code, "您不能授予自己没有的权限" in refused.text) == (422, True)
    assert client.post(url, {f"grant-{p.ROLE_VIEW}": "galaxy"}).status_code == 422
    assert not RoleGrant.objects.filter(role=role).exists()
    assert client.post(url, {"name": "夜班", f"grant-{p.ROLE_VIEW}": "all"}).status_code == 302
    assert Role.objects.get(pk=role.pk).name == "夜班"


def test_preferences_are_kept_per_account(client: Client, leader: User) -> None:
    answer = client.post(reverse("access:account"), {"language": "en", "theme": "dark", "density": "compact"})
    assert answer.status_code == 302
    leader.refresh_from_db()
    assert (leader.language, leader.theme, leader.density) == ("en", "dark", "compact")
    assert client.cookies["kefu_theme"].value == "dark"
    assert 'lang="en"' in client.get(reverse("access:account")).text
    assert client.post(reverse("access:account"), {"theme": "neon"}).status_code == 422


def test_an_undeclared_view_is_refused(client: Client, leader: User, settings: object) -> None:
    settings.ROOT_URLCONF = "kefu.platform.access.tests.undeclared"  # type: ignore[attr-defined]
    assert client.get("/undeclared/").status_code == 403
    assert client.get("/declared/").status_code == 200


def test_the_list_takes_the_same_statements_for_any_number_of_rows(
    client: Client, leader: User, teams: tuple[ScopeNode, ScopeNode], django_assert_max_num_queries: object
) -> None:
    for _number in range(60):
        services.assign_role(
            actor=factories.SYSTEM,
            user=factories.make_user(home_node=teams[0]),
            role=factories.make_role({p.USER_VIEW: ScopeLevel.OWN}),
        )
    client.get(reverse("access:users"))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(reverse("access:users"))
