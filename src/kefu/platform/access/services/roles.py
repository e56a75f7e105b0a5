"""Writes to roles and assignments. Nobody passes on what they do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.kernel.permissions import EVERYTHING, PERMISSIONS, ScopeLevel
from kefu.platform.access import permissions, queries, registry
from kefu.platform.access.models import Assignment, Role, RoleGrant, ScopeNode, User
from kefu.platform.access.rules import clean_networks, in_networks
from kefu.platform.access.services.authorising import (
    authorise,
    require_holding,
    require_mastery,
    require_role_holdable,
)

_CODE = re.compile(r"[a-z][a-z0-9_]{1,63}")
_ORDER = [level.value for level in ScopeLevel]


def assign_role(
    *,
    actor: Actor,
    user: User,
    role: Role,
    node: ScopeNode | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:
    """Let ``user`` have the role on ``node`` (``None``: on the home node) from ``starts_at`` until ``ends_at``.

    Raises ``Denied`` when the role would give more than the actor holds. Giving the same role on the same node
    again changes nothing and returns what there is.
    """
    authorise(actor, permissions.ROLE_ASSIGN, node_id=user.home_node_id)
    if node is not None:
        authorise(actor, permissions.ROLE_ASSIGN, node_id=node.pk)
    require_role_holdable(actor, role_id=role.pk, user=user, node_id=node.pk if node else None)
    start = starts_at or clock.now()
    if ends_at is not None and ends_at <= start:
        raise InvalidInput(_("结束时间须晚于开始时间。"), field="ends_at")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        known = Assignment.objects.filter(user=user, role=role, node=node, ends_at__isnull=True).first()
        if known is not None and ends_at is None:
            return known
        assignment = Assignment.objects.create(user=user, role=role, node=node, starts_at=start, ends_at=ends_at)
        auditing.record(
            actor=actor,
            action="access.role:assign",
            target=f"access.user:{user.pk}",
            after={
                "role": role.code,
                "node": assignment.node_id,
                "starts_at": start.isoformat(),
                "ends_at": ends_at.isoformat() if ends_at else None,
            },
            node_id=assignment.node_id or user.home_node_id,
        )
        queries.forget()
    return assignment


def end_assignment(*, actor: Actor, assignment: Assignment, at: datetime | None = None) -> None:
    """End an assignment at ``at`` (default: now); one that has not begun yet is dropped."""
    user = assignment.user
    authorise(actor, permissions.ROLE_ASSIGN, node_id=user.home_node_id)
    require_mastery(actor, user)
    end = at or clock.now()
    with transaction.atomic():
        locked = Assignment.objects.select_for_update().select_related("role").filter(pk=assignment.pk).first()
        if locked is None:
            raise NotFound(_("没有这条角色分派。"))
        if locked.ends_at is not None and locked.ends_at <= end:
            return
        if locked.role.code == "admin" and locked.node_id is None and _is_last_admin(locked):
            raise RuleBroken(_("这是最后一位系统管理员，不能移除。请先另行指定一位。"))
        before: dict[str, Any] = {"role": locked.role.code, "node": locked.node_id}
        if locked.starts_at >= end:
            locked.delete()
        else:
            locked.ends_at = end
            locked.save(update_fields=["ends_at"])
        auditing.record(
            actor=actor,
            action="access.role:end_assignment",
            target=f"access.user:{user.pk}",
            before=before,
            after={"ends_at": end.isoformat()},
            node_id=before["node"] or user.home_node_id,
        )
        queries.forget()


def _is_last_admin(assignment: Assignment) -> bool:
    others = Assignment.objects.filter(role_id=assignment.role_id, user__is_active=True, ends_at__isnull=True)
    return not others.exclude(pk=assignment.pk).exists()


def create_role(*, actor: Actor, code: str, name: str) -> Role:
    """A new role that grants nothing yet; raises ``InvalidInput`` for a bad or taken code."""
    authorise(actor, permissions.ROLE_MANAGE)
    code, name = code.strip(), name.strip()
    if not _CODE.fullmatch(code):
        raise InvalidInput(_("编码须为小写字母开头，只含小写字母、数字和下划线。"), field="code")
    if not name:
        raise InvalidInput(_("请填写角色名称。"), field="name")
    with transaction.atomic():
        try:
            with transaction.atomic():
                role = Role.objects.create(code=code, name=name[:64])
        except IntegrityError as error:
            raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": code}, field="code") from error
        auditing.record(
            actor=actor,
            action="access.role:create",
            target=f"access.role:{role.pk}",
            after={"code": code, "name": name},
        )
    return role


def rename_role(*, actor: Actor, role: Role, name: str) -> None:
    """Give the role another name."""
    authorise(actor, permissions.ROLE_MANAGE)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写角色名称。"), field="name")
    with transaction.atomic():
        locked = Role.objects.select_for_update().get(pk=role.pk)
        before = locked.name
        locked.name = role.name = name[:64]
        locked.save(update_fields=["name"])
        auditing.record(
            actor=actor,
            action="access.role:rename",
            target=f"access.role:{role.pk}",
            before={"name": before},
            after={"name": name},
        )


def set_role_protection(
    *, actor: Actor, role: Role, requires_second_factor: bool, networks: Iterable[str] = ()
) -> None:
    """Whether holders need a second factor (from their next sign-in on), and from which networks the role counts.

    Raises ``InvalidInput`` for something that is no network, and for networks that would shut the actor out.
    """
    authorise(actor, permissions.ROLE_MANAGE)
    try:
        wanted = clean_networks(networks)
    except ValueError as error:
        raise InvalidInput(_("请每行填写一个网络，例如 10.8.0.0/16。"), field="networks") from error
    with transaction.atomic():
        locked = Role.objects.select_for_update().get(pk=role.pk)
        before = {"requires_second_factor": locked.requires_second_factor, "networks": locked.networks}
        after = {"requires_second_factor": requires_second_factor, "networks": wanted}
        if before == after:
            return
        if wanted and actor.user_id is not None and not in_networks(actor.ip, tuple(wanted)):
            holds = Assignment.objects.filter(user_id=actor.user_id, role=locked, ends_at__isnull=True)
            if holds.exists() or any(b.code == locked.code and b.holds_everything for b in registry.BUILTIN_ROLES):
                raise InvalidInput(
                    _("您当前的地址 %(ip)s 不在其中，保存后您会把自己挡在外面。请先加入这个地址。") % {"ip": actor.ip},
                    field="networks",
                )
        locked.requires_second_factor = role.requires_second_factor = requires_second_factor
        locked.networks = role.networks = wanted
        locked.save(update_fields=["requires_second_factor", "networks"])
        auditing.record(
            actor=actor,
            action="access.role:protect",
            target=f"access.role:{role.pk}",
            before=before,
            after=after,
        )
        queries.forget()


def delete_role(*, actor: Actor, role: Role) -> None:
    """Remove a role of the centre's own that nobody has or had."""
    authorise(actor, permissions.ROLE_MANAGE)
    with transaction.atomic():
        locked = Role.objects.select_for_update().get(pk=role.pk)
        if locked.is_builtin:
            raise RuleBroken(_("内置角色不能删除。"))
        if Assignment.objects.filter(role=locked).exists():
            raise Conflict(_("还有人持有或曾经持有这个角色，不能删除。"))
        auditing.record(
            actor=actor,
            action="access.role:delete",
            target=f"access.role:{role.pk}",
            before={"code": locked.code, "name": locked.name},
        )
        locked.delete()


def set_role_grants(*, actor: Actor, role: Role, grants: Mapping[str, ScopeLevel]) -> None:
    """Let the role grant exactly ``permission → level``.

    What is added or widened the actor must hold everywhere, because the role may be had on any node. Raises
    ``InvalidInput`` for an unknown permission, ``RuleBroken`` for the role that follows all permissions.
    """
    authorise(actor, permissions.ROLE_MANAGE)
    unknown = sorted(code for code in grants if code not in PERMISSIONS)
    if unknown:
        raise InvalidInput(_("没有这项权限：%(code)s。") % {"code": unknown[0]}, field="grants")
    if any(builtin.code == role.code and builtin.holds_everything for builtin in registry.BUILTIN_ROLES):
        raise RuleBroken(_("系统管理员始终持有全部权限，不能更改。"))
    with transaction.atomic():
        Role.objects.select_for_update().get(pk=role.pk)
        before = {
            code: level
            for code, level in RoleGrant.objects.filter(role=role).values_list("permission", "level")
            if code in PERMISSIONS
        }
        after = {code: level.value for code, level in grants.items()}
        for code, level in after.items():
            if code not in before or _ORDER.index(level) > _ORDER.index(before[code]):
                require_holding(actor, code, EVERYTHING)
        if before == after:
            return
        RoleGrant.objects.filter(role=role, permission__in=before).delete()
        RoleGrant.objects.bulk_create([RoleGrant(role=role, permission=c, level=v) for c, v in after.items()])
        auditing.record(
            actor=actor,
            action="access.role:grant",
            target=f"access.role:{role.pk}",
            before={c: v for c, v in before.items() if after.get(c) != v},
            after={c: v for c, v in after.items() if before.get(c) != v},
        )
        queries.forget()
