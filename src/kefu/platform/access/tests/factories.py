"""Accounts, roles and trees for tests of any room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count

from kefu.kernel.actor import Actor
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access import queries
from kefu.platform.access.models import Assignment, Role, RoleGrant, ScopeNode, User
from kefu.platform.access.services import create_node

_NUMBER = count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ORIGIN = date(2020, 1, 1)
SYSTEM = Actor.system("test")


def make_node(code: str, *, kind: str = "team", parent: ScopeNode | None = None, starts_on: date = ORIGIN) -> ScopeNode:
    """A node in place since long ago."""
    return create_node(actor=SYSTEM, kind=kind, code=code, name=code, parent=parent, starts_on=starts_on)


def make_user(username: str = "", *, home_node: ScopeNode | None = None, password: str = "!") -> User:
    """An account; nobody can sign in with a password unless one is set."""
    name = username or f"user{next(_NUMBER)}"
    return User.objects.create(username=name, display_name=name, password=password, home_node=home_node)


def make_role(grants: Mapping[str, ScopeLevel], code: str = "") -> Role:
    """A role of the centre's own with these grants."""
    code = code or f"role{next(_NUMBER)}"
    role = Role.objects.create(code=code, name=code)
    RoleGrant.objects.bulk_create([RoleGrant(role=role, permission=c, level=v.value) for c, v in grants.items()])
    return role


def give(user: User, role: Role, node: ScopeNode | None = None, *, ends_at: datetime | None = None) -> Assignment:
    """Let ``user`` have the role since long ago."""
    queries.forget()
    return Assignment.objects.create(user=user, role=role, node=node, starts_at=LONG_AGO, ends_at=ends_at)


def make_actor(
    grants: Mapping[str, ScopeLevel] | None = None, *, node: ScopeNode | None = None, username: str = ""
) -> Actor:
    """An actor whose account (at home on ``node``) holds these grants on ``node``."""
    user = make_user(username, home_node=node)
    if grants:
        give(user, make_role(grants), node)
    return user.as_actor(ip="10.0.0.9", session_key="")
