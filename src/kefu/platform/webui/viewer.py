"""Who looks at the page and what they may open, asked of ``access``."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access import queries


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the request; anonymous where no middleware has set one (an error page, for instance)."""
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else Actor.anonymous(request.META.get("REMOTE_ADDR", ""))


def may(viewer: Actor, permission: str | tuple[str, ...]) -> bool:
    """Whether ``viewer`` holds the permission (any one, of several); no permission asked means signed in."""
    if viewer.is_system:
        return True
    if not viewer.is_signed_in:
        return False
    if not permission:
        return True
    codes = (permission,) if isinstance(permission, str) else permission
    return any(queries.has_permission(viewer, code) for code in codes)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the user menu shows."""

    name: str
    account: str
    roles: str


def identity_of(request: HttpRequest) -> Identity | None:
    """Name, account and roles of whoever has signed in, or ``None``."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return None
    given = getattr(request, "actor_identity", None)
    if isinstance(given, Identity):
        return given
    user = getattr(request, "user", None)
    roles = ""
    if user is not None and getattr(user, "pk", None):
        held = queries.assignments_of(user.pk, at=clock.now())
        roles = "、".join(dict.fromkeys(assignment.role.name for assignment in held))
    name = str(getattr(user, "display_name", "") or actor.label)
    account = str(getattr(user, "username", "") or "")
    identity = Identity(name=name, account=account, roles=roles)
    request.actor_identity = identity  # type: ignore[attr-defined]
    return identity
