"""How a view or an API operation says who may use it. What says nothing is refused (see ``middleware``).

The decorators work on any callable view (functions, ``View.as_view()``, sync or async) and on ninja operations,
where they stand below the route decorator. Each leaves its rule on ``view.access_rule`` for the tests that walk
the routes.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, NotSignedIn
from kefu.platform.access import queries, services
from kefu.platform.access.rules import address_group

PASSWORD_VIEWS = frozenset({"access:password", "access:sign_out"})
"""What an account may use while it has to change its password."""
WHILE_VIEWING = frozenset({"access:end_viewing", "access:sign_out", "access:lock", "access:locked"})
"""What may be posted while looking with somebody else's eyes: nothing that changes anything of theirs."""
NOT_WHILE_VIEWING = frozenset({"access:own_second_factor", "access:password", "access:new_token"})
"""What is nobody else's to look at: secrets of the account."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may use a view: holders of any of ``codes``, everybody signed in, or (with a reason) everybody."""

    kind: str
    codes: tuple[str, ...] = ()
    reason: str = ""


def requires(code: str, *, any_of: Iterable[str] = ()) -> Callable[[View], View]:
    """Only for actors who hold ``code`` or any of ``any_of``, on whatever rows; services and queries scope them."""
    codes = (code, *any_of)

    def check(request: HttpRequest) -> None:
        actor = _signed_in_actor(request)
        if not any(queries.has_permission(actor, each) for each in codes):
            services.authorise(actor, code)

    return _guarded(AccessRule("permission", codes), check)


def signed_in(view: View) -> View:
    """For every account; what it shows depends on the account alone."""

    def check(request: HttpRequest) -> None:
        _signed_in_actor(request)

    return _guarded(AccessRule("signed_in"), check)(view)


def public(reason: str) -> Callable[[View], View]:
    """For everybody, signed in or not; ``reason`` says why that is safe."""
    if not reason:
        raise ValueError("A public view must say why")
    return _guarded(AccessRule("public", reason=reason), lambda request: None)


def limited(name: str, *, limit: int, per_seconds: int) -> Callable[[View], View]:
    """At most ``limit`` requests in ``per_seconds`` from one address; stands below the access decorator."""

    def check(request: HttpRequest) -> None:
        services.count_hit(f"{name}:{address_group(actor_of(request).ip)}", limit=limit, per_seconds=per_seconds)

    def wrap(view: View) -> View:
        return _wrap(view, check)

    return wrap


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware (or the API's authentication) put on the request."""
    return getattr(request, "actor", None) or Actor.anonymous()


def _signed_in_actor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.is_signed_in:
        raise NotSignedIn(_("请先登录。"))
    if must_change_password(request) and getattr(request.resolver_match, "view_name", "") not in PASSWORD_VIEWS:
        raise Denied(_("请先修改密码。"), code="must_change_password")
    return actor


def must_change_password(request: HttpRequest) -> bool:
    """Whether the account behind the session may do nothing but change its password."""
    user = getattr(request, "user", None)
    if actor_of(request).viewed_by is not None:
        return False
    return bool(getattr(user, "must_change_password", False)) and actor_of(request).token_id is None


def _guarded(rule: AccessRule, check: Callable[[HttpRequest], None]) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        wrapped = _wrap(view, check)
        cast(Any, wrapped).access_rule = rule
        return wrapped

    return wrap


def _wrap(view: View, check: Callable[[HttpRequest], None]) -> View:
    if inspect.iscoroutinefunction(view):

        @functools.wraps(view)
        async def run_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            await sync_to_async(check)(request)
            return cast(HttpResponse, await view(request, *args, **kwargs))

        return cast(View, run_async)

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check(request)
        return cast(HttpResponse, view(request, *args, **kwargs))

    return cast(View, run)
