"""Why can I (not) see this: the answer is the guard's own, with each role that leads there or fails to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kefu.kernel import clock
from kefu.kernel.errors import Denied, InvalidInput, NotSignedIn
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import queries, services
from kefu.platform.access.choices import Obstacle
from kefu.platform.access.models import ApiToken, Assignment, ScopeNode, SessionRecord, User
from kefu.platform.access.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams() -> tuple[ScopeNode, ScopeNode]:
    site = factories.make_node("site", kind="site")
    return factories.make_node("a", parent=site), factories.make_node("b", parent=site)


def obstacles(user: User, node: ScopeNode | None, ip: str | None = None) -> tuple[bool, list[Obstacle | None]]:
    answer = queries.explain(user, p.USER_VIEW, node=node, ip=ip)
    return answer.allowed, [path.obstacle for path in answer.paths]


def test_each_role_says_what_keeps_it_from_counting(teams: tuple[ScopeNode, ScopeNode]) -> None:
    user = factories.make_user("K1", home_node=teams[0])
    role = factories.make_role({p.USER_VIEW: ScopeLevel.UNIT})
    assert obstacles(user, teams[0]) == (False, [])
    given = factories.give(user, role)
    assert obstacles(user, teams[0]) == (True, [None])
    assert obstacles(user, teams[1]) == (False, [Obstacle.ELSEWHERE])
    services.set_role_protection(
        actor=factories.SYSTEM, role=role, requires_second_factor=False, networks=["10.0.0.0/8"]
    )
    assert obstacles(user, teams[0], "203.0.113.9") == (False, [Obstacle.NETWORK])
    assert obstacles(user, teams[0], "10.1.1.1") == (True, [None])
    Assignment.objects.filter(pk=given.pk).update(starts_at=clock.now() + timedelta(days=1))
    assert obstacles(user, None) == (False, [Obstacle.NOT_BEGUN])
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert obstacles(user, None) == (False, [Obstacle.ACCOUNT_CLOSED])


def test_it_names_the_principal_and_who_could_give_it(teams: tuple[ScopeNode, ScopeNode]) -> None:
    leader, deputy = factories.make_user("leader", home_node=teams[0]), factories.make_user("K2", home_node=teams[1])
    boss = factories.make_user("boss")
    factories.give(boss, factories.make_role({p.ROLE_ASSIGN: ScopeLevel.ALL}))
    role = factories.make_role({p.USER_VIEW: ScopeLevel.UNIT})
    factories.give(leader, role)
    answer = queries.explain(deputy, p.USER_VIEW, node=teams[0])
    assert (answer.allowed, answer.paths, answer.givers) == (False, (), (boss,))
    assert role in answer.roles_with_it
    services.delegate(
        actor=leader.as_actor(),
        principal=leader,
        deputy=deputy,
        ends_at=clock.now() + timedelta(days=1),
        reason="年假",
    )
    answer = queries.explain(deputy, p.USER_VIEW, node=teams[0])
    assert (answer.allowed, [path.principal for path in answer.paths]) == (True, [leader])


def test_everybody_asks_about_themselves_only(client: Client, teams: tuple[ScopeNode, ScopeNode]) -> None:
    user = factories.make_user("K1", home_node=teams[0])
    factories.make_user("K2", home_node=teams[0])
    client.force_login(user)
    denied = client.get(reverse("access:users"))
    link = f"{reverse('access:why')}?permission=access.user%3Aview"
    assert (denied.status_code, link in denied.text) == (403, True)
    page = client.get(link)
    assert "K1 不可以" in page.text
    assert "K1 不可以" in client.get(f"{link}&user=K2").text
    assert client.get(reverse("access:why"), {"permission": "no.such:thing"}).status_code == 422
    factories.give(user, factories.make_role({p.ROLE_VIEW: ScopeLevel.ALL, p.USER_VIEW: ScopeLevel.UNIT}))
    assert "K2 不可以" in client.get(f"{link}&user=k2").text


def test_a_token_bound_to_networks_opens_nothing_from_elsewhere(client: Client) -> None:
    actor = factories.make_actor({p.TOKEN_ISSUE: ScopeLevel.ALL, p.USER_VIEW: ScopeLevel.ALL})
    until = clock.now() + timedelta(days=1)
    with pytest.raises(InvalidInput):
        services.issue_token(actor=actor, name="x", codes=[p.USER_VIEW], expires_at=until, networks=["nonsense"])
    token, plain = services.issue_token(
        actor=actor, name="x", codes=[p.USER_VIEW], expires_at=until, networks=["10.8.0.0/16", "10.8.0.0/16"]
    )
    assert token.networks == ["10.8.0.0/16"]
    headers = {"Authorization": f"Bearer {plain}"}
    answers = [
        client.get("/api/v1/access/users", headers=headers, REMOTE_ADDR=ip).status_code
        for ip in ("10.8.1.1", "203.0.113.9")
    ]
    assert answers == [200, 401]
    with pytest.raises(NotSignedIn):
        services.actor_of_token(plain, ip="")


def test_a_token_takes_a_verified_session_where_a_role_asks_for_a_second_factor() -> None:
    user = factories.make_user("K1")
    role = factories.make_role({p.TOKEN_ISSUE: ScopeLevel.ALL})
    factories.give(user, role)
    services.set_role_protection(actor=factories.SYSTEM, role=role, requires_second_factor=True)
    now = clock.now()
    record = SessionRecord.objects.create(user=user, session_key="s", created_at=now, last_seen_at=now)
    actor, until = user.as_actor(session_key="s"), now + timedelta(days=1)
    with pytest.raises(Denied) as refused:
        services.issue_token(actor=actor, name="x", codes=[p.TOKEN_ISSUE], expires_at=until)
    assert (refused.value.code, ApiToken.objects.count()) == ("second_factor_needed", 0)
    SessionRecord.objects.filter(pk=record.pk).update(verified_at=now)
    services.issue_token(actor=actor, name="x", codes=[p.TOKEN_ISSUE], expires_at=until)
