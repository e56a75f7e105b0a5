"""What an actor may do and on whose rows: default deny, two statements per actor and request.

Rights are remembered for the length of one request (``remembering``); outside a request every question is
answered from the database, so that a worker never acts on stale rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.permissions import EVERYTHING, NOTHING, PERMISSIONS, Scope, ScopeLevel
from kefu.platform.access.choices import NodeKind
from kefu.platform.access.models import Delegation, RoleGrant
from kefu.platform.access.rules import in_networks


@dataclass(frozen=True, slots=True)
class Rights:
    """The scopes that one user's roles add up to, by permission.

    ``acting_for`` names the accounts whose roles are among them because the user stands in for them.
    """

    scopes: dict[str, Scope] = field(default_factory=dict)
    acting_for: frozenset[int] = frozenset()

    def scope(self, code: str) -> Scope:
        """The rows that the permission opens; ``NOTHING`` when it is not held or no longer declared."""
        return self.scopes.get(code, NOTHING) if code in PERMISSIONS else NOTHING


_REMEMBERED: ContextVar[dict[tuple[int, str | None], Rights] | None] = ContextVar("kefu_access_rights", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block each user's rights are read once (until ``forget``)."""
    token = _REMEMBERED.set({})
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def forget() -> None:
    """Read rights anew from here on; every write that can change rights calls this."""
    remembered = _REMEMBERED.get()
    if remembered is not None:
        remembered.clear()


def rights_of_user(user_id: int, *, at: datetime | None = None, ip: str | None = None) -> Rights:
    """All scopes of that user at ``at`` (default: now); nothing for an inactive or unknown user.

    With ``ip`` roles that are bound to networks count from inside those only. While a delegation runs, the deputy
    holds the principal's assignments besides their own. Only assignments are handed on: what somebody holds as a
    deputy does not reach that person's own deputies.
    """
    if at is not None:
        return _load(user_id, at, ip)
    remembered = _REMEMBERED.get()
    if remembered is None:
        return _load(user_id, clock.now(), ip)
    if (user_id, ip) not in remembered:
        remembered[user_id, ip] = _load(user_id, clock.now(), ip)
    return remembered[user_id, ip]


def is_shut_out(user_id: int, *, ip: str) -> bool:
    """Whether the account holds something, but nothing at all from that address."""
    return not rights_of_user(user_id, ip=ip).scopes and bool(rights_of_user(user_id).scopes)


def scope_for(viewer: Actor, permission_code: str) -> Scope:
    """The rows on which ``viewer`` holds the permission.

    The system sees everything; a token sees what its user sees, for the permissions it was issued with.
    """
    if viewer.is_system:
        return EVERYTHING
    if viewer.user_id is None:
        return NOTHING
    if viewer.permissions is not None and permission_code not in viewer.permissions:
        return NOTHING
    return rights_of(viewer).scope(permission_code)


def rights_of(viewer: Actor) -> Rights:
    """All that the account behind ``viewer`` holds at present from where it acts, before a token's own limits.

    Work that goes on without a person at the door (a job somebody asked for) is not bound to networks.
    """
    if viewer.user_id is None:
        return Rights()
    at_the_door = bool(viewer.session_key) or viewer.token_id is not None
    return rights_of_user(viewer.user_id, ip=viewer.ip if at_the_door else None)


def has_permission(viewer: Actor, code: str) -> bool:
    """Whether ``viewer`` holds the permission at all, on whatever rows."""
    return not scope_for(viewer, code).is_empty


def permissions_of(viewer: Actor) -> frozenset[str]:
    """The codes of all permissions that ``viewer`` holds."""
    return frozenset(permission.code for permission in PERMISSIONS if has_permission(viewer, permission.code))


def scope_of_grant(level: ScopeLevel, *, node_id: int | None, user_id: int) -> Scope:
    """The scope that one grant at ``level`` gives a user who has the role on ``node_id``."""
    if level is ScopeLevel.ALL:
        return EVERYTHING
    if level is ScopeLevel.OWN or node_id is None:
        return Scope(user_id=user_id)
    reach = _reach([node_id])[node_id]
    return Scope(node_ids=reach.site if level is ScopeLevel.SITE else reach.unit, user_id=user_id)


def rights_cover(viewer: Actor, user_id: int) -> bool:
    """Whether ``viewer`` holds at present all that the user holds: each permission, on all of those rows.

    Rows that are the user's own count as covered where the viewer holds the permission at all.
    """
    held = rights_of(viewer).scopes
    return all(_covers(held.get(code, NOTHING), scope) for code, scope in rights_of_user(user_id).scopes.items())


def _covers(held: Scope, wanted: Scope) -> bool:
    if held.everything or wanted.is_empty:
        return True
    return not held.is_empty and not wanted.everything and wanted.node_ids <= held.node_ids


@dataclass(frozen=True, slots=True)
class _Reach:
    unit: frozenset[int]
    site: frozenset[int]


def _load(user_id: int, at: datetime, ip: str | None) -> Rights:
    principals = Delegation.objects.running(at).filter(deputy_id=user_id, deputy__is_active=True)
    found = list(
        RoleGrant.objects.filter(
            Q(role__assignments__ends_at__isnull=True) | Q(role__assignments__ends_at__gt=at),
            Q(role__assignments__user_id=user_id) | Q(role__assignments__user_id__in=principals.values("principal_id")),
            role__assignments__user__is_active=True,
            role__assignments__starts_at__lte=at,
        ).values_list(
            "permission",
            "level",
            "role__assignments__node_id",
            "role__assignments__user__home_node_id",
            "role__assignments__user_id",
            "role__networks",
        )
    )
    rows = [row[:5] for row in found if ip is None or not row[5] or in_networks(ip, tuple(row[5]))]
    reach = _reach({node or home for _, level, node, home, _ in rows if level in {"unit", "site"} and (node or home)})
    everything: set[str] = set()
    nodes: dict[str, set[int]] = {}
    for permission, level, node, home, _holder in rows:
        if level == ScopeLevel.ALL:
            everything.add(permission)
            continue
        reached = nodes.setdefault(permission, set())
        place = node or home
        if place is not None and level != ScopeLevel.OWN:
            reached |= reach[place].site if level == ScopeLevel.SITE else reach[place].unit
    scopes = {code: Scope(node_ids=frozenset(ids), user_id=user_id) for code, ids in nodes.items()}
    scopes.update(dict.fromkeys(everything, EVERYTHING))
    return Rights(scopes, frozenset(holder for *_, holder in rows) - {user_id})


def _reach(node_ids: Iterable[int]) -> dict[int, _Reach]:
    """For each node its subtree, and the subtree of the nearest site above it (itself, where there is none)."""
    wanted = sorted(set(node_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH place AS (
                SELECT wanted.id, COALESCE((
                    SELECT up.ancestor_id FROM access_scopepath up
                    JOIN access_scopenode n ON n.id = up.ancestor_id
                    WHERE up.descendant_id = wanted.id AND n.kind = %s
                    ORDER BY up.depth LIMIT 1), wanted.id) AS site_id
                FROM unnest(%s::bigint[]) AS wanted(id))
            SELECT place.id, root.is_site, array_agg(down.descendant_id)
            FROM place
            CROSS JOIN LATERAL (VALUES (false, place.id), (true, place.site_id)) AS root(is_site, id)
            JOIN access_scopepath down ON down.ancestor_id = root.id
            GROUP BY place.id, root.is_site
            """,
            [NodeKind.SITE.value, wanted],
        )
        found = {(node, is_site): frozenset(ids) for node, is_site, ids in cursor.fetchall()}
    return {
        node: _Reach(unit=found.get((node, False), frozenset()), site=found.get((node, True), frozenset()))
        for node in wanted
    }
