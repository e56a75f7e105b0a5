"""Accounts, roles, sessions and tokens as a viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.kernel.permissions import PERMISSIONS, Permission, Scope
from kefu.platform.access import permissions
from kefu.platform.access.models import ApiToken, Assignment, Role, RoleGrant, SessionRecord, User
from kefu.platform.access.queries.rights import scope_for


def within(scope: Scope, *, user_field: str, node_field: str) -> Q:
    """The filter for rows of people inside ``scope``."""
    if scope.everything:
        return Q()
    if scope.is_empty:
        return Q(pk__in=[])
    inside = Q(**{f"{node_field}__in": scope.node_ids})
    if scope.user_id is not None:
        inside |= Q(**{user_field: scope.user_id})
    return inside


def users_visible_to(viewer: Actor) -> QuerySet[User]:
    """The accounts that ``viewer`` may see."""
    scope = scope_for(viewer, permissions.USER_VIEW)
    users: QuerySet[User] = User.objects.select_related("home_node")
    return users.filter(within(scope, user_field="pk", node_field="home_node_id"))


def user_visible_to(viewer: Actor, user_id: int) -> User:
    """That account; raises ``NotFound`` when it does not exist or may not be seen."""
    user = users_visible_to(viewer).filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("没有这个账号，或者您无权查看。"))
    return user


def actors_behind(actor: Actor) -> list[Actor]:
    """The actor, and whoever looks on with the actor's eyes: what both may see may be shown."""
    if actor.viewed_by is None:
        return [actor]
    viewer = User.objects.filter(pk=actor.viewed_by, is_active=True).first()
    if viewer is None:
        return [actor, Actor.anonymous(actor.ip)]
    return [actor, viewer.as_actor(ip=actor.ip, session_key=actor.session_key)]


def assignments_of(user_id: int, *, at: datetime) -> list[Assignment]:
    """The roles of that user which are in force at ``at`` or begin later."""
    return list(
        Assignment.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), user_id=user_id)
        .select_related("role", "node")
        .order_by("role__name", "starts_at")
    )


def sessions_visible_to(viewer: Actor) -> QuerySet[SessionRecord]:
    """One's own sessions, and those of the people whose sessions one manages."""
    scope = scope_for(viewer, permissions.SESSION_MANAGE)
    mine = Q(user_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    others = within(scope, user_field="user_id", node_field="user__home_node_id")
    records = SessionRecord.objects.select_related("user")
    return records if scope.everything else records.filter(mine | others)


def tokens_visible_to(viewer: Actor) -> QuerySet[ApiToken]:
    """One's own tokens, and those of the people whose tokens one manages."""
    scope = scope_for(viewer, permissions.TOKEN_MANAGE)
    mine = Q(user_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    others = within(scope, user_field="user_id", node_field="user__home_node_id")
    tokens = ApiToken.objects.select_related("user")
    return tokens if scope.everything else tokens.filter(mine | others)


def role_matrix() -> tuple[list[Role], list[tuple[Permission, dict[int, str]]]]:
    """All roles, and for each declared permission the level by role id."""
    levels: dict[str, dict[int, str]] = {}
    for permission, role_id, level in RoleGrant.objects.values_list("permission", "role_id", "level"):
        levels.setdefault(permission, {})[role_id] = level
    rows = [(p, levels.get(p.code, {})) for p in sorted(PERMISSIONS, key=lambda p: p.code)]
    return list(Role.objects.all()), rows


def role_names_of(user_ids: Iterable[int], *, at: datetime) -> dict[int, list[str]]:
    """The names of the roles that each of those users has at ``at``, in one statement."""
    found: dict[int, list[str]] = {}
    rows = (
        Assignment.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), user_id__in=list(user_ids))
        .filter(starts_at__lte=at)
        .order_by("role_id")
        .values_list("user_id", "role__name", "role__is_builtin")
        .distinct()
    )
    for user_id, name, is_builtin in rows:
        found.setdefault(user_id, []).append(_(name) if is_builtin else name)
    return found
