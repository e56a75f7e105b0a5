"""View-as: reading only, never upwards, seen by everybody, over after half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import queries, services
from kefu.platform.access.models import ScopeNode, SecondFactor, User, Viewing
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.test_services import everything
from kefu.platform.audit.models import AuditEntry
from kefu.platform.live.registry import RULES, TopicRule
from kefu.platform.live.tickets import allowed

pytestmark = pytest.mark.django_db
LOOKING = {p.USER_VIEW: ScopeLevel.ALL, p.USER_VIEW_AS: ScopeLevel.ALL, p.ROLE_VIEW: ScopeLevel.ALL}


@pytest.fixture
def team() -> ScopeNode:
    return factories.make_node("a")


@pytest.fixture
def target(team: ScopeNode) -> User:
    user = factories.make_user("target", home_node=team)
    factories.give(user, factories.make_role({p.USER_VIEW: ScopeLevel.UNIT}))
    return user


@pytest.fixture
def viewer(client: Client) -> User:
    user = factories.make_user("viewer")
    factories.give(user, factories.make_role(LOOKING))
    client.force_login(user)
    client.get(reverse("access:account"))
    return user


def begin(client: Client, target: User, reason: str = "核对权限") -> int:
    return client.post(reverse("access:view_as", args=[target.pk]), {"reason": reason}).status_code


def test_the_pages_are_those_of_the_other(client: Client, viewer: User, target: User) -> None:
    factories.make_user("elsewhere")
    assert begin(client, target) == 302
    page = client.get(reverse("access:users"))
    assert ("正在以 target 的身份查看" in page.text, "elsewhere" in page.text) == (True, False)
    assert client.get(reverse("access:roles")).status_code == 403
    assert client.post(reverse("access:end_viewing")).status_code == 302
    assert "elsewhere" in client.get(reverse("access:users")).text
    actions = AuditEntry.objects.filter(action__startswith="access.viewing").order_by("id")
    assert list(actions.values_list("action", "user_id")) == [
        ("access.viewing:begin", viewer.pk),
        ("access.viewing:end", viewer.pk),
    ]


def test_nothing_can_be_changed_nor_secrets_seen(client: Client, viewer: User, target: User) -> None:
    begin(client, target)
    before = everything()
    for name in ("account", "revoke_others", "delegations", "own_second_factor", "password"):
        assert client.post(reverse(f"access:{name}"), {"theme": "dark"}).status_code == 403
    for name in ("own_second_factor", "password", "new_token"):
        assert client.get(reverse(f"access:{name}")).status_code == 403
    assert client.post("/api/v1/access/tokens", {}, content_type="application/json").status_code == 403
    assert everything() == before
    assert not SecondFactor.objects.exists()


def test_it_ends_by_itself(client: Client, viewer: User, target: User) -> None:
    begin(client, target)
    with time_machine.travel(clock.now() + timedelta(minutes=29), tick=False):
        assert "身份查看，只读" in client.get(reverse("access:account")).text
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert "身份查看，只读" not in client.get(reverse("access:account")).text
    viewing = Viewing.objects.get()
    assert viewing.ended_at == viewing.ends_at


def test_it_ends_when_the_other_comes_to_hold_more(client: Client, viewer: User, target: User) -> None:
    begin(client, target)
    factories.give(target, factories.make_role({p.ROLE_MANAGE: ScopeLevel.ALL}))
    assert "身份查看，只读" not in client.get(reverse("access:account")).text
    assert Viewing.objects.get().ended_at is not None


def test_never_upwards_and_only_with_the_right(client: Client, viewer: User, target: User) -> None:
    boss = factories.make_user("boss")
    factories.give(boss, factories.make_role({p.ROLE_MANAGE: ScopeLevel.ALL}))
    closed = factories.make_user("closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    other = Client()
    other.force_login(target)
    other.get(reverse("access:account"))
    before = everything()
    assert [begin(client, somebody) for somebody in (boss, closed, viewer)] == [403, 302, 302]
    assert begin(client, target, reason=" ") == 302
    assert begin(other, boss) == 403
    assert everything() == before
    assert not Viewing.objects.exists()


def test_a_token_cannot_look_with_other_eyes(target: User) -> None:
    actor = factories.make_actor(LOOKING)
    with pytest.raises(Denied):
        services.begin_viewing(actor=actor, target=target, reason="x")


def test_live_topics_are_those_that_both_may_read(viewer: User, target: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = TopicRule("test.viewing.", lambda actor, topic: topic.endswith((actor.label, "both")))
    monkeypatch.setitem(RULES._items, rule.prefix, rule)
    seen = Actor(kind=target.as_actor().kind, label="target", user_id=target.pk, session_key="s", viewed_by=viewer.pk)
    topics = ["test.viewing.target", "test.viewing.viewer", "test.viewing.both"]
    assert allowed(seen, topics) == ["test.viewing.both"]
    assert [actor.label for actor in queries.actors_behind(seen)] == ["target", "viewer"]
