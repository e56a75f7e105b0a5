"""The pages of access in the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kefu.kernel import clock
from kefu.platform.access import permissions, services
from kefu.platform.access.models import IdentityProvider, Role, ScopeNode, SessionRecord
from kefu.platform.access.tests import factories
from kefu.platform.webui.testing.pages import PAGES, PageCase

SYSTEM = factories.SYSTEM


def some_tree() -> ScopeNode:
    """A centre with two sites and their teams."""
    centre = factories.make_node("KF", kind="centre")
    for code in ("HZ", "NB"):
        site = factories.make_node(code, kind="site", parent=centre)
        for number in (1, 2, 3):
            factories.make_node(f"{code}-{number}", parent=site)
    return centre


def some_users(user: Any) -> None:
    """A dozen accounts with roles."""
    centre = some_tree()
    team = ScopeNode.objects.get(code="HZ-1")
    services.set_home_node(actor=SYSTEM, user=user, node=centre)
    for number, name in enumerate(("林志强", "王秀兰", "赵一鸣", "何小满", "陆文博", "周雅琴"), start=1001):
        somebody = services.create_user(actor=SYSTEM, username=f"K{number}", display_name=name, home_node=team)
        services.assign_role(actor=SYSTEM, user=somebody, role=Role.objects.get(code="agent"))


def one_user(user: Any) -> dict[str, Any]:
    """One account with a role until a day."""
    some_users(user)
    shown = type(user).objects.get(username="K1001")
    services.assign_role(
        actor=SYSTEM, user=shown, role=Role.objects.get(code="leader"), ends_at=clock.now() + timedelta(days=14)
    )
    return {"user_id": shown.pk}


def some_sessions(user: Any) -> None:
    """Two devices."""
    for number, agent in enumerate(("Windows NT 10.0 Chrome/140", "iPhone Safari/605")):
        SessionRecord.objects.create(
            user=user,
            session_key=f"{number}" * 32,
            ip="10.8.0.21",
            user_agent=agent,
            created_at=clock.now() - timedelta(hours=5),
            last_seen_at=clock.now() - timedelta(hours=number + 1),
        )


def some_tokens(user: Any) -> None:
    """One token, of a role that asks for no second factor."""
    Role.objects.filter(assignments__user=user).update(requires_second_factor=False)
    services.issue_token(
        actor=user.as_actor(),
        name="报表同步",
        codes=[permissions.USER_VIEW],
        expires_at=clock.now() + timedelta(days=30),
    )


def an_own_role(user: Any) -> dict[str, Any]:
    """A role of the centre's own."""
    role = services.create_role(actor=SYSTEM, code="night_lead", name="夜班组长")
    return {"role_id": role.pk}


def some_delegations(user: Any) -> None:
    """One in each direction, and one that is over."""
    some_users(user)
    model = type(user)
    first, second = model.objects.get(username="K1001"), model.objects.get(username="K1002")
    until = clock.now() + timedelta(days=3)
    services.delegate(actor=SYSTEM, principal=user, deputy=first, ends_at=until, reason="年假")
    services.delegate(actor=SYSTEM, principal=second, deputy=user, ends_at=until, reason="外出培训")
    over = services.delegate(actor=SYSTEM, principal=user, deputy=second, ends_at=until, reason="病假")
    services.end_delegation(actor=SYSTEM, delegation=over)


def a_provider(user: Any) -> dict[str, Any]:
    """A provider that makes accounts."""
    row = IdentityProvider.objects.create(
        code="corp",
        name="集团账号",
        issuer="https://id.example.com/realms/kefu",
        client_id="kefu",
        may_create=True,
        role_map={"kefu-leaders": "leader"},
    )
    return {"provider_id": row.pk}


def must_change(user: Any) -> None:
    """The account has to change its password."""
    type(user).objects.filter(pk=user.pk).update(must_change_password=True)


PAGES.register_all(
    [
        PageCase("access.sign_in", "access:sign_in", role=""),
        PageCase("access.sign_in_phone", "access:sign_in", role="", query={"next": "/account/"}),
        PageCase("access.account", "access:account", role="leader"),
        PageCase("access.password", "access:password", role="agent", prepare=must_change),
        PageCase("access.sessions", "access:sessions", prepare=some_sessions),
        PageCase("access.tokens", "access:tokens", prepare=some_tokens),
        PageCase("access.new_token", "access:new_token"),
        PageCase("access.my_delegations", "access:delegations", role="leader", prepare=some_delegations),
        PageCase("access.delegations", "access:all_delegations", prepare=some_delegations),
        PageCase("access.new_delegation", "access:new_delegation", prepare=some_users),
        PageCase("access.why", "access:why", query={"permission": permissions.USER_VIEW}, prepare=some_users),
        PageCase("access.why_not", "access:why", role="agent", query={"permission": permissions.ROLE_MANAGE}),
        PageCase("access.providers", "access:providers", prepare=lambda user: a_provider(user) and None),
        PageCase("access.provider", "access:provider", prepare=a_provider),
        PageCase("access.new_provider", "access:new_provider"),
        PageCase("access.second_factor", "access:own_second_factor", role="agent"),
        PageCase("access.users", "access:users", prepare=some_users),
        PageCase("access.new_user", "access:new_user", prepare=some_users),
        PageCase("access.user", "access:user", prepare=one_user),
        PageCase("access.roles", "access:roles", limit=4000),
        PageCase("access.role", "access:role", prepare=an_own_role, limit=3000),
        PageCase("access.new_role", "access:new_role"),
        PageCase("access.tree", "access:tree", prepare=lambda user: some_tree() and None),
    ]
)
