"""Who calls: the bearer token of a program, or the session of a browser (with its CSRF token)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from kefu.kernel.actor import Actor, ActorKind
from kefu.platform.access import services as access
from kefu.platform.api.limits import ip_of


class TokenAuth(HttpBearer):
    """``Authorization: Bearer kefu_…``; a token that is sent must be valid, whatever session is there."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        actor = access.actor_of_token(token.strip(), ip=ip_of(request))
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class SessionAuth(APIKeyCookie):
    """The session cookie; unsafe methods need the CSRF token as in forms."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None or not actor.is_signed_in or actor.kind is not ActorKind.USER:
            return None
        if check_csrf(request):
            raise HttpError(403, "CSRF")
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Unused: the session has been resolved before."""
        return getattr(request, "actor", None)
