"""Who acts in this request, and default deny for views that declare nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied
from kefu.platform.access import guard, permissions, queries, services
from kefu.platform.access.models import SessionRecord, User, Viewing
from kefu.platform.access.rules import in_networks

VIEWING_KEY = "access.viewing"
"""Where the session keeps which viewing it is in."""


def client_ip(request: HttpRequest) -> str:
    """The address of the browser; forwarded addresses count only behind the proxies of ``TRUSTED_PROXIES``."""
    trusted = tuple(getattr(settings, "TRUSTED_PROXIES", ()))
    address: str = request.META.get("REMOTE_ADDR", "") or ""
    if in_networks(address, trusted):
        for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
            address = hop.strip() or address
            if not in_networks(address, trusted):
                break
    return address[:45]


class ActorMiddleware:
    """Puts ``request.actor`` and ``request.user`` there, remembers rights for this request, refuses undeclared views.

    Stands after sessions and locale, and after the middleware that renders errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the actor in place."""
        with queries.remembering():
            ip = client_ip(request)
            found = self._account(request, ip)
            if found is None or self._stands_at_the_door(request):
                request.user = AnonymousUser()
                request.actor = Actor.anonymous(ip)  # type: ignore[attr-defined]
            else:
                request.user = found
                request.actor = found.as_actor(  # type: ignore[attr-defined]
                    ip=ip, session_key=request.session.session_key or ""
                )
                self._look_as(request, ip)
                if found.language:
                    translation.activate(found.language)
                    request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse a view without a rule; send whoever is not signed in, or must change the password, there."""
        rule: guard.AccessRule | None = getattr(view, "access_rule", None)
        if guard.actor_of(request).viewed_by is not None:
            here = getattr(request.resolver_match, "view_name", "")
            reads = request.method in {"GET", "HEAD", "OPTIONS"} and here not in guard.NOT_WHILE_VIEWING
            if not reads and here not in guard.WHILE_VIEWING:
                return self._refuse(request, Denied(_("以他人身份查看时不能更改任何内容。"), code="viewing"))
        if rule is None:
            if getattr(view, "__module__", "").startswith("ninja."):
                # The API authenticates by itself; its operations carry their own rules.
                return None
            return HttpResponseForbidden(_("这个页面没有声明访问权限，已拒绝访问。"))
        if rule.kind == "public":
            return None
        record = session_record(request)
        if record is not None and (record.pending or record.locked_at) and _is_page(request):
            page = "access:locked" if record.locked_at else "access:second_factor"
            query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(reverse(page) + (f"?{query}" if query else ""))
        if guard.actor_of(request).is_signed_in:
            here = getattr(request.resolver_match, "view_name", "")
            if guard.must_change_password(request) and here not in guard.PASSWORD_VIEWS:
                return HttpResponseRedirect(reverse("access:password"))
            return None
        if request.method in {"GET", "HEAD"} and _is_page(request):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('access:sign_in')}?{query}")
        # The view's own guard raises ``NotSignedIn``, which becomes a page, a fragment or a problem document.
        return None

    def _account(self, request: HttpRequest, ip: str) -> User | None:
        """The account of this session, when account, session and password mark are all still good."""
        session = request.session
        user_id = session.get(SESSION_KEY)
        key = session.session_key
        if user_id is None or key is None:
            return None
        record = SessionRecord.objects.select_related("user__home_node").filter(session_key=key).first()
        if record is None:
            user = User.objects.select_related("home_node").filter(pk=user_id).first()
            if user is None:
                return None
            now = clock.now()
            record = SessionRecord(user=user, session_key=key, ip=ip, created_at=now, last_seen_at=now)
            record.user_agent = request.headers.get("User-Agent", "")[:255]
            SessionRecord.objects.bulk_create([record], ignore_conflicts=True)
        user = record.user
        mark = session.get(HASH_SESSION_KEY, "")
        if (
            record.ended_at is not None
            or not user.is_active
            or str(user.pk) != str(user_id)
            or not constant_time_compare(mark, user.get_session_auth_hash())
        ):
            session.flush()
            return None
        now = clock.now()
        if record.idle_seconds and now - record.last_seen_at > timedelta(seconds=record.idle_seconds):
            services.lock_seat(record=record)
        request.session_record = record  # type: ignore[attr-defined]
        services.touch_session(record, ip=ip)
        return user

    def _look_as(self, request: HttpRequest, ip: str) -> None:
        """Where the session looks with somebody else's eyes, let them act: for reading, and while it may."""
        pk = request.session.get(VIEWING_KEY)
        if pk is None:
            return
        viewing = Viewing.objects.select_related("target__home_node", "viewer").filter(pk=pk).first()
        viewer = guard.actor_of(request)
        still = (
            viewing is not None
            and viewing.viewer_id == viewer.user_id
            and viewing.session_key == viewer.session_key
            and viewing.ended_at is None
            and viewing.ends_at > clock.now()
            and viewing.target.is_active
            and queries.has_permission(viewer, permissions.USER_VIEW_AS)
            and queries.rights_cover(viewer, viewing.target_id)
        )
        if viewing is None or not still:
            del request.session[VIEWING_KEY]
            if viewing is not None:
                services.end_viewing(viewing=viewing, actor=viewer)
            return
        request.viewing = viewing  # type: ignore[attr-defined]
        request.viewer = viewer  # type: ignore[attr-defined]
        request.user = viewing.target
        request.actor = dataclasses.replace(  # type: ignore[attr-defined]
            viewing.target.as_actor(ip=ip, session_key=viewer.session_key),
            label=f"{viewing.target.username} ({viewer.label})",
            viewed_by=viewer.user_id,
        )

    def _refuse(self, request: HttpRequest, error: Denied) -> HttpResponse:
        render = getattr(request, "render_error", None)
        answer: HttpResponse = render(error) if render else HttpResponseForbidden(error.message)
        return answer

    def _stands_at_the_door(self, request: HttpRequest) -> bool:
        """Whether the session has still to prove something: until then it acts for nobody."""
        record = session_record(request)
        return record is not None and bool(record.pending or record.locked_at)


def session_record(request: HttpRequest) -> SessionRecord | None:
    """The record of the session behind the request, also while a step is missing or the seat is locked."""
    return getattr(request, "session_record", None)


def _is_page(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") != "true"
