"""Scope: what each level opens, and that nothing is open by default."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Denied, NotSignedIn
from kefu.kernel.permissions import EVERYTHING, NOTHING, ScopeLevel
from kefu.platform.access import permissions, queries, services
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.access.tests import factories

pytestmark = pytest.mark.django_db
VIEW = permissions.USER_VIEW


@pytest.fixture
def tree() -> dict[str, ScopeNode]:
    """centre > (north: a, b), (south: c); north and south are sites."""
    centre = factories.make_node("centre", kind="centre")
    north = factories.make_node("north", kind="site", parent=centre)
    south = factories.make_node("south", kind="site", parent=centre)
    return {
        "centre": centre,
        "north": north,
        "south": south,
        "a": factories.make_node("a", parent=north),
        "b": factories.make_node("b", parent=north),
        "c": factories.make_node("c", parent=south),
    }


def ids(tree: dict[str, ScopeNode], *codes: str) -> frozenset[int]:
    return frozenset(tree[code].pk for code in codes)


def test_nobody_holds_anything_by_default() -> None:
    actor = factories.make_actor()
    assert queries.scope_for(actor, VIEW) == NOTHING
    assert not queries.has_permission(actor, VIEW)
    assert queries.scope_for(Actor.anonymous(), VIEW) == NOTHING


def test_the_system_sees_everything() -> None:
    assert queries.scope_for(Actor.system("test"), VIEW) == EVERYTHING


@pytest.mark.parametrize(
    ("level", "node", "expected"),
    [
        (ScopeLevel.OWN, "a", []),
        (ScopeLevel.UNIT, "a", ["a"]),
        (ScopeLevel.UNIT, "north", ["north", "a", "b"]),
        (ScopeLevel.SITE, "a", ["north", "a", "b"]),
        (ScopeLevel.SITE, "north", ["north", "a", "b"]),
        (ScopeLevel.SITE, "centre", ["centre", "north", "south", "a", "b", "c"]),
    ],
)
def test_levels(tree: dict[str, ScopeNode], level: ScopeLevel, node: str, expected: list[str]) -> None:
    actor = factories.make_actor({VIEW: level}, node=tree[node])
    scope = queries.scope_for(actor, VIEW)
    assert scope.node_ids == ids(tree, *expected)
    assert scope.user_id == actor.user_id
    assert not scope.everything


def test_all_is_everything(tree: dict[str, ScopeNode]) -> None:
    actor = factories.make_actor({VIEW: ScopeLevel.ALL}, node=tree["a"])
    assert queries.scope_for(actor, VIEW) == EVERYTHING


def test_a_role_without_a_node_follows_the_home_node(tree: dict[str, ScopeNode]) -> None:
    user = factories.make_user(home_node=tree["c"])
    factories.give(user, factories.make_role({VIEW: ScopeLevel.SITE}))
    assert queries.scope_for(user.as_actor(), VIEW).node_ids == ids(tree, "south", "c")


def test_a_unit_level_without_any_node_opens_own_rows_only() -> None:
    user = factories.make_user()
    factories.give(user, factories.make_role({VIEW: ScopeLevel.UNIT}))
    scope = queries.scope_for(user.as_actor(), VIEW)
    assert scope.node_ids == frozenset()
    assert scope.user_id == user.pk


def test_several_roles_add_up(tree: dict[str, ScopeNode]) -> None:
    user = factories.make_user(home_node=tree["a"])
    role = factories.make_role({VIEW: ScopeLevel.UNIT})
    factories.give(user, role, tree["a"])
    factories.give(user, role, tree["c"])
    assert queries.scope_for(user.as_actor(), VIEW).node_ids == ids(tree, "a", "c")


def test_an_ended_assignment_and_an_inactive_account_open_nothing(tree: dict[str, ScopeNode]) -> None:
    user = factories.make_user(home_node=tree["a"])
    factories.give(user, factories.make_role({VIEW: ScopeLevel.ALL}), ends_at=datetime(2021, 1, 1, tzinfo=UTC))
    assert queries.scope_for(user.as_actor(), VIEW) == NOTHING
    factories.give(user, factories.make_role({VIEW: ScopeLevel.ALL}))
    assert queries.scope_for(user.as_actor(), VIEW) == EVERYTHING
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert queries.scope_for(user.as_actor(), VIEW) == NOTHING


def test_a_token_opens_a_subset_only(tree: dict[str, ScopeNode]) -> None:
    actor = factories.make_actor({VIEW: ScopeLevel.UNIT, permissions.USER_MANAGE: ScopeLevel.UNIT}, node=tree["a"])
    token = Actor(kind=ActorKind.TOKEN, label="t", user_id=actor.user_id, permissions=frozenset({VIEW}))
    assert queries.scope_for(token, VIEW).node_ids == ids(tree, "a")
    assert queries.scope_for(token, permissions.USER_MANAGE) == NOTHING


def test_a_grant_of_an_undeclared_permission_opens_nothing() -> None:
    actor = factories.make_actor({"gone.room:view": ScopeLevel.ALL})
    assert queries.scope_for(actor, "gone.room:view") == NOTHING


def test_authorise_checks_the_row(tree: dict[str, ScopeNode]) -> None:
    actor = factories.make_actor({VIEW: ScopeLevel.UNIT}, node=tree["a"])
    services.authorise(actor, VIEW)
    services.authorise(actor, VIEW, node_id=tree["a"].pk)
    services.authorise(actor, VIEW, node_id=tree["b"].pk, owner_id=actor.user_id)
    for forged in (tree["b"].pk, tree["north"].pk, 10**9, None):
        with pytest.raises(Denied):
            services.authorise(actor, VIEW, node_id=forged)
    with pytest.raises(Denied):
        services.authorise(actor, VIEW, owner_id=(actor.user_id or 0) + 1)
    with pytest.raises(NotSignedIn):
        services.authorise(Actor.anonymous(), VIEW)


def test_a_row_without_unit_needs_everything(tree: dict[str, ScopeNode]) -> None:
    actor = factories.make_actor({VIEW: ScopeLevel.ALL})
    services.authorise(actor, VIEW, node_id=None)


def test_rights_take_two_statements_and_are_remembered(
    tree: dict[str, ScopeNode], django_assert_num_queries: object
) -> None:
    user = factories.make_user(home_node=tree["a"])
    for node in tree.values():
        factories.give(
            user, factories.make_role({VIEW: ScopeLevel.SITE, permissions.USER_MANAGE: ScopeLevel.UNIT}), node
        )
    actor = user.as_actor()
    with django_assert_num_queries(2), queries.remembering():  # type: ignore[operator]
        queries.scope_for(actor, VIEW)
        queries.scope_for(actor, permissions.USER_MANAGE)
        queries.has_permission(actor, permissions.ROLE_VIEW)


def test_within_a_request_a_change_of_rights_is_seen_at_once() -> None:
    user = factories.make_user()
    role = factories.make_role({VIEW: ScopeLevel.ALL})
    with queries.remembering():
        assert not queries.has_permission(user.as_actor(), VIEW)
        services.assign_role(actor=factories.SYSTEM, user=user, role=role)
        assert queries.has_permission(user.as_actor(), VIEW)
