"""The one question before every write: may this actor do that there?"""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, NotSignedIn
from kefu.kernel.permissions import PERMISSIONS, Scope, ScopeLevel
from kefu.platform.access import queries
from kefu.platform.access.models import RoleGrant, User


class _Unsaid:
    """The caller did not say which row it is about (``None`` would mean: a row without a unit)."""


UNSAID: Final = _Unsaid()


def authorise(
    actor: Actor, code: str, *, node_id: int | _Unsaid | None = UNSAID, owner_id: int | _Unsaid | None = UNSAID
) -> None:
    """Return when ``actor`` may do ``code``; raise ``NotSignedIn`` or ``Denied`` otherwise.

    With ``node_id`` or ``owner_id`` the row must be inside the actor's scope: its unit, or its owner being the
    actor. A row without a unit (``None``) is inside the scope *all* only. Without either it is enough to hold the
    permission somewhere; the caller then filters its rows by ``scope_for``. The system may do everything.
    """
    if actor.is_system:
        return
    if not actor.is_signed_in:
        raise NotSignedIn(_("请先登录。"))
    scope = queries.scope_for(actor, code)
    if scope.is_empty:
        raise Denied(
            _("您没有“%(what)s”的权限，请联系管理员。") % {"what": label_of(code)}, details={"permission": code}
        )
    if isinstance(node_id, _Unsaid) and isinstance(owner_id, _Unsaid):
        return
    if scope.everything:
        return
    if not isinstance(node_id, _Unsaid) and scope.covers_node(node_id):
        return
    if not isinstance(owner_id, _Unsaid) and owner_id is not None and owner_id == scope.user_id:
        return
    unit = node_id if isinstance(node_id, int) else None
    raise Denied(_("这条记录不在您的数据范围内。"), code="out_of_scope", details={"permission": code, "node_id": unit})


def label_of(code: str) -> str:
    """The permission's words in the language of the reader."""
    permission = PERMISSIONS.find(code)
    return _(str(permission.label)) if permission else code


def require_holding(actor: Actor, code: str, scope: Scope) -> None:
    """Raise ``Denied`` unless ``actor`` holds the permission on all of ``scope``: nobody passes on more."""
    if actor.is_system:
        return
    held = queries.scope_for(actor, code)
    if held.everything:
        return
    # What only touches the new holder's own rows may be passed on by whoever holds the permission at all.
    if not held.is_empty and not scope.everything and scope.node_ids <= held.node_ids:
        return
    raise Denied(_("您不能授予自己没有的权限：%(what)s。") % {"what": label_of(code)}, code="beyond_own_rights")


def require_mastery(actor: Actor, user: User) -> None:
    """Raise ``Denied`` unless ``actor`` holds all that ``user`` holds, so that nobody seizes a stronger account.

    One's own account is always one's own.
    """
    if actor.is_system or actor.user_id == user.pk:
        return
    for permission, level, node_id, home_id in RoleGrant.objects.filter(
        Q(role__assignments__ends_at__isnull=True) | Q(role__assignments__ends_at__gt=clock.now()),
        role__assignments__user_id=user.pk,
    ).values_list("permission", "level", "role__assignments__node_id", "role__assignments__user__home_node_id"):
        if permission in PERMISSIONS:
            scope = queries.scope_of_grant(ScopeLevel(level), node_id=node_id or home_id, user_id=user.pk)
            require_holding(actor, permission, scope)


def require_role_holdable(actor: Actor, *, role_id: int, user: User, node_id: int | None) -> None:
    """Raise ``Denied`` when the role on that node would give ``user`` more than ``actor`` holds."""
    if actor.is_system:
        return
    place = node_id or user.home_node_id
    for permission, level in RoleGrant.objects.filter(role_id=role_id).values_list("permission", "level"):
        if permission in PERMISSIONS:
            scope = queries.scope_of_grant(ScopeLevel(level), node_id=place, user_id=user.pk)
            require_holding(actor, permission, scope)
