"""Writes: what they do, who may, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotSignedIn, RuleBroken, TooMany
from kefu.kernel.permissions import EVERYTHING, ScopeLevel
from kefu.platform.access import permissions as p
from kefu.platform.access import queries, services
from kefu.platform.access.models import (
    ApiToken,
    Assignment,
    Role,
    RoleGrant,
    ScopeEdge,
    ScopeNode,
    ScopePath,
    SessionRecord,
    User,
)
from kefu.platform.access.tests import factories
from kefu.platform.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
ALL, SITE, UNIT, OWN = ScopeLevel.ALL, ScopeLevel.SITE, ScopeLevel.UNIT, ScopeLevel.OWN
GOOD = "correct horse 42"
SYSTEM = factories.SYSTEM


@pytest.fixture(autouse=True)
def cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def everything() -> list[object]:
    """All that writes of access can change, to prove that nothing changed."""
    models = (User, Role, RoleGrant, Assignment, ScopeNode, ScopeEdge, ScopePath, ApiToken, SessionRecord, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


class House:
    """Two teams under two sites, with a leader of team a and somebody in each team."""

    def __init__(self) -> None:
        self.north = factories.make_node("north", kind="site")
        self.south = factories.make_node("south", kind="site")
        self.a = factories.make_node("a", parent=self.north)
        self.c = factories.make_node("c", parent=self.south)
        self.in_a = factories.make_user("in_a", home_node=self.a)
        self.in_c = factories.make_user("in_c", home_node=self.c)
        self.role = factories.make_role({p.USER_VIEW: UNIT}, "looker")
        self.strong = factories.make_role({p.ROLE_MANAGE: ALL}, "strong")
        self.assignment = factories.give(self.in_c, self.role, self.c)
        self.leader = factories.make_user("leader", home_node=self.a)
        grants = {p.USER_VIEW: UNIT, p.USER_MANAGE: UNIT, p.ROLE_ASSIGN: UNIT, p.NODE_MANAGE: UNIT, p.TOKEN_ISSUE: ALL}
        factories.give(self.leader, factories.make_role(grants, "leading"), self.a)
        self.session = SessionRecord.objects.create(
            user=self.in_c, session_key="c" * 32, created_at=clock.now(), last_seen_at=clock.now()
        )
        self.token = services.issue_token(
            actor=SYSTEM, user=self.holder(), name="t", codes=[p.USER_VIEW], expires_at=clock.now() + timedelta(days=9)
        )[0]

    def holder(self) -> User:
        holder = factories.make_user("holder", home_node=self.c)
        factories.give(holder, factories.make_role({p.USER_VIEW: ALL, p.TOKEN_ISSUE: ALL}, "holding"))
        return holder


@pytest.fixture
def house() -> House:
    return House()


WRITES: dict[str, Callable[[House, Actor], object]] = {
    "create_user": lambda h, a: services.create_user(actor=a, username="new", display_name="新人", home_node=h.c),
    "create_user_nowhere": lambda h, a: services.create_user(actor=a, username="new", display_name="新人"),
    "update_user": lambda h, a: services.update_user(actor=a, user=h.in_c, display_name="改名"),
    "set_home_node_from": lambda h, a: services.set_home_node(actor=a, user=h.in_c, node=h.a),
    "set_home_node_to": lambda h, a: services.set_home_node(actor=a, user=h.in_a, node=h.c),
    "set_user_active": lambda h, a: services.set_user_active(actor=a, user=h.in_c, is_active=False),
    "set_password": lambda h, a: services.set_password(actor=a, user=h.in_c, password=GOOD),
    "assign_role": lambda h, a: services.assign_role(actor=a, user=h.in_c, role=h.role),
    "assign_role_elsewhere": lambda h, a: services.assign_role(actor=a, user=h.in_a, role=h.role, node=h.c),
    "assign_stronger_role": lambda h, a: services.assign_role(actor=a, user=h.in_a, role=h.strong),
    "end_assignment": lambda h, a: services.end_assignment(actor=a, assignment=h.assignment),
    "create_role": lambda h, a: services.create_role(actor=a, code="new_role", name="新角色"),
    "rename_role": lambda h, a: services.rename_role(actor=a, role=h.role, name="改名"),
    "delete_role": lambda h, a: services.delete_role(actor=a, role=h.strong),
    "set_role_grants": lambda h, a: services.set_role_grants(actor=a, role=h.role, grants={p.USER_VIEW: ALL}),
    "create_node": lambda h, a: services.create_node(actor=a, kind="team", code="x", name="x", parent=h.c),
    "create_root": lambda h, a: services.create_node(actor=a, kind="team", code="x", name="x", parent=None),
    "move_node_from": lambda h, a: services.move_node(actor=a, node=h.c, parent=h.a),
    "move_node_to": lambda h, a: services.move_node(actor=a, node=h.a, parent=h.south),
    "rename_node": lambda h, a: services.rename_node(actor=a, node=h.c, name="改名"),
    "set_node_active": lambda h, a: services.set_node_active(actor=a, node=h.c, is_active=False),
    "revoke_session": lambda h, a: services.revoke_session(actor=a, record=h.session),
    "revoke_token": lambda h, a: services.revoke_token(actor=a, token=h.token),
}


@pytest.mark.parametrize("name", WRITES)
def test_outside_the_scope_every_write_is_refused_and_changes_nothing(house: House, name: str) -> None:
    before = everything()
    with pytest.raises(Denied):
        WRITES[name](house, house.leader.as_actor())
    assert everything() == before


@pytest.mark.parametrize("name", WRITES)
def test_anonymous_writes_are_refused_and_change_nothing(house: House, name: str) -> None:
    before = everything()
    with pytest.raises(NotSignedIn):
        WRITES[name](house, Actor.anonymous("10.0.0.1"))
    assert everything() == before


@pytest.mark.parametrize("name", WRITES)
def test_the_system_may_and_it_is_audited(house: House, name: str) -> None:
    before = AuditEntry.objects.count()
    WRITES[name](house, SYSTEM)
    assert AuditEntry.objects.count() == before + 1


# ---- nobody passes on what they do not hold ----


def test_a_leader_gives_a_role_within_the_team(house: House) -> None:
    services.assign_role(actor=house.leader.as_actor(), user=house.in_a, role=house.role)
    assert queries.scope_for(house.in_a.as_actor(), p.USER_VIEW).node_ids == frozenset({house.a.pk})


@pytest.mark.parametrize(
    ("grants", "message"),
    [({p.USER_VIEW: ALL}, "all"), ({p.USER_VIEW: SITE}, "site"), ({p.SESSION_MANAGE: UNIT}, "not held")],
)
def test_a_role_that_gives_more_than_the_giver_holds_is_refused(
    house: House, grants: dict[str, ScopeLevel], message: str
) -> None:
    role = factories.make_role(grants)
    before = everything()
    with pytest.raises(Denied) as refused:
        services.assign_role(actor=house.leader.as_actor(), user=house.leader, role=role)
    assert refused.value.code == "beyond_own_rights"
    assert everything() == before, message


def test_an_own_level_may_be_passed_on_by_whoever_holds_the_permission(house: House) -> None:
    services.assign_role(actor=house.leader.as_actor(), user=house.in_a, role=factories.make_role({p.USER_VIEW: OWN}))
    assert queries.scope_for(house.in_a.as_actor(), p.USER_VIEW).user_id == house.in_a.pk


def test_a_role_editor_grants_only_what_they_hold_everywhere(house: House) -> None:
    editor = factories.make_actor({p.ROLE_MANAGE: ALL, p.USER_VIEW: UNIT, p.NODE_VIEW: ALL}, node=house.a)
    before = everything()
    with pytest.raises(Denied):
        services.set_role_grants(actor=editor, role=house.role, grants={p.USER_VIEW: SITE})
    assert everything() == before
    services.set_role_grants(actor=editor, role=house.role, grants={p.USER_VIEW: UNIT, p.NODE_VIEW: ALL})
    services.set_role_grants(actor=editor, role=house.role, grants={p.USER_VIEW: OWN})
    assert dict(RoleGrant.objects.filter(role=house.role).values_list("permission", "level")) == {p.USER_VIEW: "own"}


@pytest.mark.parametrize("write", ["set_password", "update_user", "set_user_active", "set_home_node"])
def test_nobody_seizes_a_stronger_account(house: House, write: str) -> None:
    boss = factories.make_user("boss", home_node=house.a)
    factories.give(boss, house.strong)
    other_team = factories.make_node("a2", parent=house.a)
    calls: dict[str, Callable[[Actor], object]] = {
        "set_password": lambda a: services.set_password(actor=a, user=boss, password=GOOD),
        "update_user": lambda a: services.update_user(actor=a, user=boss, display_name="改名"),
        "set_user_active": lambda a: services.set_user_active(actor=a, user=boss, is_active=False),
        "set_home_node": lambda a: services.set_home_node(actor=a, user=boss, node=other_team),
    }
    before = everything()
    with pytest.raises(Denied):
        calls[write](house.leader.as_actor())
    assert everything() == before


def test_nobody_moves_themselves_to_see_more(house: House) -> None:
    wide = factories.make_user("wide", home_node=house.a)
    factories.give(wide, factories.make_role({p.USER_MANAGE: UNIT}), house.a)
    factories.give(wide, factories.make_role({p.USER_MANAGE: UNIT}), house.c)
    factories.give(wide, factories.make_role({p.USER_VIEW: SITE}))
    before = everything()
    with pytest.raises(Denied):
        services.set_home_node(actor=wide.as_actor(), user=wide, node=house.c)
    assert everything() == before


def test_nobody_closes_their_own_account(house: House) -> None:
    with pytest.raises(Denied):
        services.set_user_active(actor=house.leader.as_actor(), user=house.leader, is_active=False)


# ---- accounts ----


@pytest.mark.parametrize("username", ["", " ", "张三", "a b", "-x", "x" * 65, "a/b", "<b>"])
def test_bad_user_names_are_refused(username: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.create_user(actor=SYSTEM, username=username, display_name="x")
    assert refused.value.field == "username"


def test_a_user_name_exists_once_in_any_case() -> None:
    services.create_user(actor=SYSTEM, username="K1", display_name="x")
    with pytest.raises(InvalidInput):
        services.create_user(actor=SYSTEM, username="k1", display_name="x")
    assert User.objects.count() == 1


def test_names_stand_in_the_audit_as_digests_only(house: House) -> None:
    services.update_user(actor=SYSTEM, user=house.in_a, display_name="欧阳小明")
    entry = AuditEntry.objects.latest("id")
    assert entry.after["display_name"].startswith("hmac:")


def test_closing_an_account_ends_its_sessions(house: House) -> None:
    services.set_user_active(actor=SYSTEM, user=house.in_c, is_active=False)
    house.session.refresh_from_db()
    assert house.session.end_reason == "deactivated"


# ---- roles ----


def test_giving_a_role_twice_changes_nothing(house: House) -> None:
    first = services.assign_role(actor=SYSTEM, user=house.in_a, role=house.role)
    assert services.assign_role(actor=SYSTEM, user=house.in_a, role=house.role) == first
    assert Assignment.objects.filter(user=house.in_a).count() == 1


def test_an_assignment_ends_when_said(house: House) -> None:
    now = clock.now()
    services.assign_role(actor=SYSTEM, user=house.in_a, role=house.role, ends_at=now + timedelta(hours=1))
    assert queries.rights_of_user(house.in_a.pk).scope(p.USER_VIEW).node_ids == frozenset({house.a.pk})
    assert queries.rights_of_user(house.in_a.pk, at=now + timedelta(hours=2)).scope(p.USER_VIEW).is_empty
    with pytest.raises(InvalidInput):
        services.assign_role(actor=SYSTEM, user=house.in_a, role=house.role, ends_at=now - timedelta(hours=1))


def test_the_last_administrator_stays() -> None:
    services.sync_builtin_roles()
    admin = Role.objects.get(code="admin")
    Assignment.objects.filter(role=admin).delete()
    only = services.assign_role(actor=SYSTEM, user=factories.make_user(), role=admin)
    with pytest.raises(RuleBroken):
        services.end_assignment(actor=SYSTEM, assignment=only)
    services.assign_role(actor=SYSTEM, user=factories.make_user(), role=admin)
    services.end_assignment(actor=SYSTEM, assignment=only)
    only.refresh_from_db()
    assert only.ends_at is not None


def test_a_role_in_use_and_a_builtin_role_cannot_be_deleted(house: House) -> None:
    services.sync_builtin_roles()
    with pytest.raises(Conflict):
        services.delete_role(actor=SYSTEM, role=house.role)
    with pytest.raises(RuleBroken):
        services.delete_role(actor=SYSTEM, role=Role.objects.get(code="agent"))
    with pytest.raises(RuleBroken):
        services.set_role_grants(actor=SYSTEM, role=Role.objects.get(code="admin"), grants={})


def test_an_unknown_permission_cannot_be_granted(house: House) -> None:
    with pytest.raises(InvalidInput):
        services.set_role_grants(actor=SYSTEM, role=house.role, grants={"no.such:thing": ALL})


def test_builtin_roles_come_with_their_grants_and_keep_what_the_centre_decided() -> None:
    services.sync_builtin_roles()
    leader = Role.objects.get(code="leader")
    assert RoleGrant.objects.get(role=leader, permission=p.USER_VIEW).level == "unit"
    RoleGrant.objects.filter(role=leader, permission=p.USER_VIEW).delete()
    services.sync_builtin_roles()
    assert not RoleGrant.objects.filter(role=leader, permission=p.USER_VIEW).exists()
    admin = factories.make_user()
    factories.give(admin, Role.objects.get(code="admin"))
    assert queries.scope_for(admin.as_actor(), p.ROLE_MANAGE) == EVERYTHING
    assert set(Role.objects.filter(is_builtin=True).values_list("code", flat=True)) == {
        "agent", "leader", "shift_manager", "planner", "quality", "analyst", "manager", "auditor", "admin",
    }  # fmt: skip


# ---- tokens ----


def test_a_token_opens_what_it_was_issued_for(house: House) -> None:
    leader = house.leader.as_actor()
    token, plain = services.issue_token(
        actor=leader, name="报表", codes=[p.USER_VIEW], expires_at=clock.now() + timedelta(days=1)
    )
    assert plain not in str(list(ApiToken.objects.values()))
    actor = services.actor_of_token(plain, ip="10.0.0.7")
    assert (actor.kind, actor.user_id, actor.token_id) == (ActorKind.TOKEN, house.leader.pk, token.pk)
    assert queries.scope_for(actor, p.USER_VIEW).node_ids == frozenset({house.a.pk})
    assert not queries.has_permission(actor, p.USER_MANAGE)
    token.refresh_from_db()
    assert token.last_used_ip == "10.0.0.7"


@pytest.mark.parametrize("how", ["revoked", "expired", "closed", "forged"])
def test_a_dead_token_opens_nothing(house: House, how: str) -> None:
    token, plain = services.issue_token(
        actor=house.leader.as_actor(), name="t", codes=[p.USER_VIEW], expires_at=clock.now() + timedelta(days=1)
    )
    if how == "revoked":
        services.revoke_token(actor=house.leader.as_actor(), token=token)
    elif how == "expired":
        long_ago = datetime(2021, 1, 1, tzinfo=UTC)
        ApiToken.objects.filter(pk=token.pk).update(created_at=long_ago, expires_at=long_ago + timedelta(days=1))
    elif how == "closed":
        services.set_user_active(actor=SYSTEM, user=house.leader, is_active=False)
    else:
        plain = plain[:-1] + ("a" if plain[-1] != "a" else "b")
    with pytest.raises(NotSignedIn):
        services.actor_of_token(plain)


def test_a_token_beyond_ones_rights_or_a_year_is_refused(house: House) -> None:
    leader = house.leader.as_actor()
    day = timedelta(days=1)
    before = everything()
    with pytest.raises(Denied):
        services.issue_token(actor=leader, name="t", codes=[p.ROLE_MANAGE], expires_at=clock.now() + day)
    with pytest.raises(InvalidInput):
        services.issue_token(actor=leader, name="t", codes=[], expires_at=clock.now() + day)
    with pytest.raises(InvalidInput):
        services.issue_token(actor=leader, name=" ", codes=[p.USER_VIEW], expires_at=clock.now() + day)
    for end in (clock.now() - day, clock.now() + 400 * day):
        with pytest.raises(InvalidInput):
            services.issue_token(actor=leader, name="t", codes=[p.USER_VIEW], expires_at=end)
    assert everything() == before


def test_a_token_cannot_issue_tokens(house: House) -> None:
    leader = house.leader.as_actor()
    _token, plain = services.issue_token(
        actor=leader, name="t", codes=[p.TOKEN_ISSUE, p.USER_VIEW], expires_at=clock.now() + timedelta(days=1)
    )
    before = everything()
    with pytest.raises(Denied):
        services.issue_token(
            actor=Actor(
                kind=ActorKind.TOKEN, label="x", user_id=house.leader.pk, permissions=frozenset({p.TOKEN_ISSUE})
            ),
            name="t",
            codes=[p.USER_VIEW],
            expires_at=clock.now() + timedelta(days=1),
        )
    assert everything() == before
    assert plain.startswith("kefu_")


# ---- counting ----


def test_hits_are_counted_per_window() -> None:
    for expected in (1, 2, 3):
        assert services.count_hit("k", limit=3, per_seconds=3600) == expected
    with pytest.raises(TooMany) as refused:
        services.count_hit("k", limit=3, per_seconds=3600)
    assert 0 < int(str(refused.value.details["retry_after"])) <= 3601
    assert services.count_hit("other", limit=3, per_seconds=3600) == 1
