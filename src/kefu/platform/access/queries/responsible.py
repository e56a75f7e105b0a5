"""Who is responsible: codes that chains of approval, clocks and reports name, turned into accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import clock
from kefu.kernel.permissions import PERMISSIONS
from kefu.platform.access.choices import NodeKind
from kefu.platform.access.models import Assignment, Role, RoleGrant, ScopePath, User
from kefu.platform.access.queries.delegations import stand_ins
from kefu.platform.access.registry import BUILTIN_ROLES, RESPONSIBLES, ROLE_PREFIX, responsible


def responsible_users(
    code: str,
    *,
    node_id: int | None = None,
    user_id: int | None = None,
    at: datetime | None = None,
    with_deputies: bool = True,
) -> tuple[int, ...]:
    """The accounts that ``code`` stands for at ``at`` (default: now), seen from a unit or a person.

    Accounts out of use are left out; those who stand in for the others are added unless ``with_deputies`` is off.
    Raises ``KeyError`` for an unknown code, so that a misspelt chain is found when it is written.
    """
    now = at or clock.now()
    if code.startswith(ROLE_PREFIX):
        found: Iterable[int] = role_holders(code.removeprefix(ROLE_PREFIX), node_id=node_id, at=now)
    else:
        found = RESPONSIBLES.get(code).find(node_id=node_id, user_id=user_id, at=now)
    wanted = list(dict.fromkeys(found))
    active = set(User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))
    people = [person for person in wanted if person in active]
    if with_deputies:
        deputies = stand_ins(people, now)
        people += [deputy for person in tuple(people) for deputy in deputies.get(person, ())]
    return tuple(dict.fromkeys(people))


def responsible_label(code: str) -> str:
    """What a code means, in the language of the reader; the code itself when nothing is registered under it."""
    if code.startswith(ROLE_PREFIX):
        role = Role.objects.filter(code=code.removeprefix(ROLE_PREFIX)).first()
        return _("角色：%(role)s") % {"role": role.label} if role else code
    known = RESPONSIBLES.find(code)
    return str(known.label) if known else code


def responsible_choices() -> list[tuple[str, str]]:
    """All codes with their words, for forms."""
    registered = [(item.code, str(item.label)) for item in RESPONSIBLES]
    roles = [(ROLE_PREFIX + role.code, _("角色：%(role)s") % {"role": role.label}) for role in Role.objects.all()]
    return registered + roles


@responsible("self", gettext_lazy("本人"))
def themselves(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
    """The person asked about."""
    return [user_id] if user_id is not None else []


def role_holders(code: str, *, node_id: int | None, at: datetime) -> list[int]:
    """The holders of the role whose assignment reaches the unit; all holders where no unit is asked about.

    Those placed on the unit or above it come first. Where there are none, those on the same site; where there are
    none either, those whom the role lets see everything.
    """
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    rows = Assignment.objects.filter(running, role__code=code, starts_at__lte=at, user__is_active=True)
    placed = [(user, node or home) for user, node, home in rows.values_list("user_id", "node_id", "user__home_node_id")]
    if node_id is None:
        return _once(user for user, _place in placed)
    above = dict(ScopePath.objects.filter(descendant_id=node_id).values_list("ancestor_id", "depth"))
    near = _once(user for user, place in sorted(placed, key=lambda p: above.get(p[1] or 0, 0)) if place in above)
    if near:
        return near
    site = (
        ScopePath.objects.filter(descendant_id=node_id, ancestor__kind=NodeKind.SITE)
        .order_by("depth")
        .values_list("ancestor_id", flat=True)
        .first()
    )
    if site is not None:
        below = set(ScopePath.objects.filter(ancestor_id=site).values_list("descendant_id", flat=True))
        same_site = _once(user for user, place in placed if place in below)
        if same_site:
            return same_site
    grants = RoleGrant.objects.filter(role__code=code, level="all").values_list("permission", flat=True)
    scoped = {permission.code for permission in PERMISSIONS if permission.scoped}
    return _once(user for user, _place in placed) if scoped & set(grants) else []


def holders_of(permission: str, *, node_id: int | None, at: datetime | None = None) -> list[int]:
    """The accounts that hold the permission on that unit (``None``: anywhere), the nearest first.

    Roles that hold everything by nature (the administrator's) count only where nobody else holds it.
    """
    now = at or clock.now()
    running = Q(role__assignments__ends_at__isnull=True) | Q(role__assignments__ends_at__gt=now)
    rows = RoleGrant.objects.filter(
        running,
        permission=permission,
        role__assignments__starts_at__lte=now,
        role__assignments__user__is_active=True,
    ).values_list(
        "role__code",
        "level",
        "role__assignments__user_id",
        "role__assignments__node_id",
        "role__assignments__user__home_node_id",
    )
    holders = [(role, level, user, node or home) for role, level, user, node, home in rows]
    if node_id is not None:
        depths = dict(ScopePath.objects.filter(descendant_id=node_id).values_list("ancestor_id", "depth"))
        sites = _sites_of({place for _role, level, _user, place in holders if level == "site" and place})
        reached = []
        for role, level, user, place in holders:
            root = sites.get(place, place) if level == "site" else place
            if level == "all" or (level in {"unit", "site"} and root in depths):
                reached.append((role, depths.get(place or 0, len(depths)), user))
        reached.sort(key=lambda row: row[1])
        people = [(role, user) for role, _depth, user in reached]
    else:
        people = [(role, user) for role, _level, user, _place in holders]
    natural = {role.code for role in BUILTIN_ROLES if role.holds_everything}
    return _once(user for role, user in people if role not in natural) or _once(user for _role, user in people)


def _sites_of(node_ids: Iterable[int]) -> dict[int, int]:
    """Node → the nearest site at or above it, for those that have one."""
    rows = ScopePath.objects.filter(descendant_id__in=list(node_ids), ancestor__kind=NodeKind.SITE)
    # The nearest comes last and stays.
    return dict(rows.order_by("-depth").values_list("descendant_id", "ancestor_id"))


def _once(users: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(users))
