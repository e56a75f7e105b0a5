"""Delegation: from its minute to its minute, never further, and who is responsible meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput
from kefu.kernel.permissions import EVERYTHING, NOTHING, ScopeLevel
from kefu.platform.access import permissions, queries, services
from kefu.platform.access.models import Delegation, ScopeNode, User
from kefu.platform.access.tests import factories
from kefu.platform.access.tests.test_services import everything

pytestmark = pytest.mark.django_db
VIEW, MANAGE = permissions.USER_VIEW, permissions.DELEGATION_MANAGE
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def teams() -> tuple[ScopeNode, ScopeNode]:
    site = factories.make_node("site", kind="site")
    return factories.make_node("a", parent=site), factories.make_node("b", parent=site)


@pytest.fixture
def leader(teams: tuple[ScopeNode, ScopeNode]) -> User:
    user = factories.make_user("leader", home_node=teams[0])
    factories.give(user, factories.make_role({VIEW: ScopeLevel.UNIT}))
    return user


@pytest.fixture
def deputy(teams: tuple[ScopeNode, ScopeNode]) -> User:
    return factories.make_user("deputy", home_node=teams[1])


def hand_over(leader: User, deputy: User, hours: int = 2) -> Delegation:
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        return services.delegate(
            actor=leader.as_actor(),
            principal=leader,
            deputy=deputy,
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=hours),
            reason="年假",
        )


def test_rights_begin_and_end_at_their_minute(leader: User, deputy: User, teams: tuple[ScopeNode, ScopeNode]) -> None:
    hand_over(leader, deputy)
    reached = {}
    for name, at in {
        "before": NOON - MINUTE,
        "first": NOON,
        "last": NOON + timedelta(hours=2) - MINUTE,
        "after": NOON + timedelta(hours=2),
    }.items():
        with time_machine.travel(at, tick=False):
            reached[name] = queries.scope_for(deputy.as_actor(), VIEW).node_ids
    team = frozenset({teams[0].pk})
    assert reached == {"before": frozenset(), "first": team, "last": team, "after": frozenset()}


def test_the_principal_keeps_the_rights(leader: User, deputy: User) -> None:
    before = queries.scope_for(leader.as_actor(), VIEW)
    hand_over(leader, deputy)
    with time_machine.travel(NOON, tick=False):
        assert queries.scope_for(leader.as_actor(), VIEW) == before


def test_nobody_hands_on_what_they_hold_as_a_deputy(leader: User, deputy: User) -> None:
    third = factories.make_user("third")
    hand_over(leader, deputy)
    hand_over(deputy, third)
    with time_machine.travel(NOON, tick=False):
        assert queries.has_permission(deputy.as_actor(), VIEW)
        assert queries.scope_for(third.as_actor(), VIEW) == NOTHING
        assert queries.stand_ins([leader.pk, deputy.pk]) == {leader.pk: (deputy.pk,), deputy.pk: (third.pk,)}
        assert queries.responsible_users("self", user_id=leader.pk) == (leader.pk, deputy.pk)


def test_ended_early_it_opens_nothing_at_once(leader: User, deputy: User) -> None:
    made = hand_over(leader, deputy)
    with time_machine.travel(NOON + MINUTE, tick=False), queries.remembering():
        assert queries.has_permission(deputy.as_actor(), VIEW)
        services.end_delegation(actor=leader.as_actor(), delegation=made)
        assert not queries.has_permission(deputy.as_actor(), VIEW)
        assert queries.acting_for(deputy.pk) == ()


def test_one_that_has_not_begun_is_dropped_without_ever_running(leader: User, deputy: User) -> None:
    made = hand_over(leader, deputy)
    with time_machine.travel(NOON - MINUTE, tick=False):
        services.end_delegation(actor=deputy.as_actor(), delegation=made)
    assert made.ended_at == NOON
    with time_machine.travel(NOON, tick=False):
        assert queries.acting_for(deputy.pk) == ()
    hand_over(leader, deputy)


@pytest.mark.parametrize("closed", ["principal", "deputy"])
def test_a_closed_account_ends_it(leader: User, deputy: User, closed: str) -> None:
    hand_over(leader, deputy)
    User.objects.filter(pk=(leader if closed == "principal" else deputy).pk).update(is_active=False)
    with time_machine.travel(NOON, tick=False):
        assert queries.scope_for(deputy.as_actor(), VIEW) == NOTHING
        assert queries.responsible_users("self", user_id=leader.pk) == (() if closed == "principal" else (leader.pk,))


def test_separation_of_duties_looks_through_it(leader: User, deputy: User) -> None:
    hand_over(leader, deputy)
    for at, same in ((NOON - MINUTE, False), (NOON, True), (NOON + timedelta(hours=2), False)):
        assert queries.same_person(leader.pk, deputy.pk, at) is same
        assert queries.same_person(deputy.pk, leader.pk, at) is same
    assert queries.same_person(leader.pk, leader.pk, NOON)


def test_rights_of_a_deputy_take_two_statements(leader: User, deputy: User, django_assert_num_queries: object) -> None:
    for number in range(5):
        other = factories.make_user(home_node=factories.make_node(f"n{number}"))
        factories.give(other, factories.make_role({VIEW: ScopeLevel.UNIT}))
        hand_over(other, deputy)
    with (
        time_machine.travel(NOON, tick=False),
        django_assert_num_queries(2),  # type: ignore[operator]
    ):
        assert len(queries.scope_for(deputy.as_actor(), VIEW).node_ids) == 5


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends_at", {"ends_at": NOON - timedelta(hours=2)}),
        ("ends_at", {"ends_at": NOON + timedelta(days=200)}),
        ("reason", {"reason": "  "}),
    ],
)
def test_what_cannot_be_right_is_refused(leader: User, deputy: User, field: str, changes: dict[str, object]) -> None:
    before = everything()
    given = {"starts_at": NOON, "ends_at": NOON + MINUTE, "reason": "年假", **changes}
    with time_machine.travel(NOON - timedelta(hours=1), tick=False), pytest.raises(InvalidInput) as refused:
        services.delegate(actor=leader.as_actor(), principal=leader, deputy=deputy, **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert everything() == before


def test_oneself_and_twice_are_refused(leader: User, deputy: User) -> None:
    with pytest.raises(InvalidInput):
        hand_over(leader, leader)
    hand_over(leader, deputy)
    before = everything()
    with pytest.raises(Conflict):
        hand_over(leader, deputy, hours=1)
    assert everything() == before


def test_only_with_the_right_and_no_less_rights_for_somebody_else(
    leader: User, deputy: User, teams: tuple[ScopeNode, ScopeNode]
) -> None:
    stranger = factories.make_actor({MANAGE: ScopeLevel.UNIT}, node=teams[1])
    weak = factories.make_actor({MANAGE: ScopeLevel.UNIT}, node=teams[0])
    token = Actor(kind=ActorKind.TOKEN, label="t", user_id=leader.pk, permissions=frozenset({MANAGE}))
    before = everything()
    for actor in (stranger, weak, token, deputy.as_actor()):
        with pytest.raises(Denied):
            services.delegate(actor=actor, principal=leader, deputy=deputy, ends_at=clock.now() + MINUTE, reason="年假")
    assert everything() == before
    able = factories.make_actor({MANAGE: ScopeLevel.SITE, VIEW: ScopeLevel.SITE}, node=teams[0])
    services.delegate(actor=able, principal=leader, deputy=deputy, ends_at=clock.now() + MINUTE, reason="年假")
    assert queries.acting_for(deputy.pk) == (leader.pk,)


def test_strangers_neither_see_nor_end_it(client: Client, leader: User, deputy: User) -> None:
    made = services.delegate(
        actor=leader.as_actor(), principal=leader, deputy=deputy, ends_at=clock.now() + MINUTE, reason="年假"
    )
    client.force_login(factories.make_user("stranger"))
    client.get(reverse("access:account"))
    before = everything()
    assert client.post(reverse("access:end_delegation", args=[made.pk])).status_code == 404
    assert client.get(reverse("access:all_delegations")).status_code == 403
    assert client.post(reverse("access:new_delegation")).status_code == 403
    assert everything() == before


def test_the_page_and_the_banner(client: Client, leader: User, deputy: User) -> None:
    client.force_login(leader)
    late = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    body = {"deputy": "DEPUTY", "ends_at": late, "reason": "年假"}
    wrong = client.post(reverse("access:delegations"), {**body, "deputy": "nobody"})
    assert (wrong.status_code, "没有这个账号" in wrong.text) == (422, True)
    assert client.post(reverse("access:delegations"), body).status_code == 302
    assert "正在代理" not in client.get(reverse("access:account")).text
    other = Client()
    other.force_login(deputy)
    assert "正在代理 leader" in other.get(reverse("access:account")).text
    made = Delegation.objects.get()
    assert other.post(reverse("access:end_delegation", args=[made.pk])).status_code == 302
    assert "正在代理" not in other.get(reverse("access:account")).text


def test_setting_one_for_ones_people(client: Client, leader: User, deputy: User) -> None:
    boss = factories.make_user("boss")
    factories.give(boss, factories.make_role({MANAGE: ScopeLevel.ALL, VIEW: ScopeLevel.ALL}))
    assert queries.scope_for(boss.as_actor(), MANAGE) == EVERYTHING
    client.force_login(boss)
    late = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    body = {"principal": "leader", "deputy": "deputy", "ends_at": late, "reason": "病假"}
    assert client.post(reverse("access:new_delegation"), {**body, "principal": "x"}).status_code == 422
    assert client.post(reverse("access:new_delegation"), body).status_code == 302
    page = client.get(reverse("access:all_delegations"))
    assert ("leader" in page.text, "病假" in page.text) == (True, True)


def test_holders_of_a_role_that_reaches_the_unit(teams: tuple[ScopeNode, ScopeNode]) -> None:
    site = queries.node_by_code("site")
    assert site is not None
    elsewhere = factories.make_node("elsewhere", kind="site")
    role = factories.make_role({VIEW: ScopeLevel.SITE}, "duty")
    at_site, in_b, far = (factories.make_user(home_node=n) for n in (site, teams[1], elsewhere))
    for user in (at_site, in_b, far):
        factories.give(user, role)
    assert queries.responsible_users("role:duty", node_id=teams[0].pk) == (at_site.pk,)
    assert set(queries.responsible_users("role:duty", node_id=teams[1].pk)) == {at_site.pk, in_b.pk}
    assert set(queries.responsible_users("role:duty")) == {at_site.pk, in_b.pk, far.pk}
    User.objects.filter(pk=at_site.pk).update(is_active=False)
    assert queries.responsible_users("role:duty", node_id=teams[0].pk) == (in_b.pk,)
    with pytest.raises(KeyError):
        queries.responsible_users("nobody_knows")
