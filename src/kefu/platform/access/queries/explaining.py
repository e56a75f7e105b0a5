"""Why somebody can, or cannot, do something: every role that says so, and what keeps it from counting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from kefu.kernel import clock
from kefu.kernel.permissions import NOTHING, PERMISSIONS, Scope, ScopeLevel
from kefu.platform.access import permissions
from kefu.platform.access.choices import Obstacle
from kefu.platform.access.models import Assignment, Delegation, Role, RoleGrant, ScopeNode, User
from kefu.platform.access.queries.responsible import holders_of
from kefu.platform.access.queries.rights import rights_of_user, scope_of_grant
from kefu.platform.access.rules import in_networks

_MOST_GIVERS = 10


@dataclass(frozen=True, slots=True)
class Path:
    """One role that grants the permission to the person, and whether it counts for what was asked.

    ``principal`` is set when the person has the role as somebody's deputy; ``obstacle`` is empty when it counts.
    """

    role: Role
    level: ScopeLevel
    place: ScopeNode | None
    ends_at: datetime | None
    principal: User | None
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one person and permission (and unit), with all the paths that lead there or fail to."""

    user: User
    code: str
    node: ScopeNode | None
    allowed: bool
    scope: Scope
    paths: tuple[Path, ...]
    roles_with_it: tuple[Role, ...]
    givers: tuple[User, ...]


def explain(
    user: User, code: str, *, node: ScopeNode | None = None, ip: str | None = None, at: datetime | None = None
) -> Explanation:
    """Why ``user`` may or may not use the permission (on rows of ``node``) from ``ip``; raises ``KeyError`` for
    an unknown code.

    ``allowed`` is what ``scope_for`` decides, so that the explanation can never contradict the guard.
    """
    PERMISSIONS.get(code)
    now = at or clock.now()
    rights = rights_of_user(user.pk, at=now, ip=ip)
    scope = rights.scopes.get(code, NOTHING) if user.is_active else NOTHING
    allowed = not scope.is_empty if node is None else scope.covers_node(node.pk)
    levels = dict(RoleGrant.objects.filter(permission=code).values_list("role_id", "level"))
    paths: list[Path] = []
    for holder, until in _holders(user, now):
        rows = Assignment.objects.filter(user=holder, role_id__in=levels).select_related("role", "node")
        for row in rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)):
            place = row.node or holder.home_node
            level = ScopeLevel(levels[row.role_id])
            ends = min((moment for moment in (row.ends_at, until) if moment is not None), default=None)
            paths.append(
                Path(
                    role=row.role,
                    level=level,
                    place=place,
                    ends_at=ends,
                    principal=None if holder.pk == user.pk else holder,
                    obstacle=_obstacle(user, holder, row, level, place, node=node, ip=ip, now=now),
                )
            )
    roles = tuple(Role.objects.filter(pk__in=levels))
    return Explanation(user, code, node, allowed, scope, tuple(paths), roles, _givers(user, now))


def _holders(user: User, now: datetime) -> list[tuple[User, datetime | None]]:
    """The person, and those for whom they stand in, with the end of that."""
    running = Delegation.objects.running(now).filter(deputy=user).select_related("principal__home_node")
    return [(user, None), *((d.principal, d.ended_at or d.ends_at) for d in running)]


def _obstacle(
    user: User,
    holder: User,
    row: Assignment,
    level: ScopeLevel,
    place: ScopeNode | None,
    *,
    node: ScopeNode | None,
    ip: str | None,
    now: datetime,
) -> Obstacle | None:
    if not user.is_active or not holder.is_active:
        return Obstacle.ACCOUNT_CLOSED
    if row.starts_at > now:
        return Obstacle.NOT_BEGUN
    if ip is not None and row.role.networks and not in_networks(ip, tuple(row.role.networks)):
        return Obstacle.NETWORK
    if node is not None:
        reach = scope_of_grant(level, node_id=place.pk if place else None, user_id=user.pk)
        if not reach.covers_node(node.pk):
            return Obstacle.ELSEWHERE
    return None


def _givers(user: User, now: datetime) -> tuple[User, ...]:
    """Those who assign roles where the person works, the nearest first."""
    found = holders_of(permissions.ROLE_ASSIGN, node_id=user.home_node_id, at=now)
    wanted = [pk for pk in found if pk != user.pk][:_MOST_GIVERS]
    people = User.objects.in_bulk(wanted)
    return tuple(people[pk] for pk in wanted if pk in people)
