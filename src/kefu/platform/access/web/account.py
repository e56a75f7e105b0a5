"""One's own account: who I am, how I like the pages, where I am signed in, my tokens."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kefu.kernel import clock
from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.access import guard, permissions, queries, services
from kefu.platform.access.models import ExternalIdentity, IdentityProvider, User
from kefu.platform.access.services.authorising import label_of
from kefu.platform.access.web.forms import PreferencesForm, TokenForm
from kefu.platform.access.web.tables import SessionTable, TokenTable
from kefu.platform.webui.responses import close_and_refresh, redirect_or_hx
from kefu.platform.webui.tables import table_page


@guard.signed_in
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, roles, rights and preferences."""
    actor = guard.actor_of(request)
    user = User.objects.select_related("home_node").get(pk=actor.user_id)
    initial = {"language": user.language, "theme": user.theme, "density": user.density}
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(actor=actor, **form.cleaned_data)
        response = redirect_or_hx(request, reverse("access:account"), text=_("偏好已保存"))
        remember(response, **form.cleaned_data)
        return response
    rights = [(label_of(code), code) for code in sorted(queries.permissions_of(actor))]
    given = {
        "form": form,
        "account": user,
        "assignments": queries.assignments_of(user.pk, at=clock.now()),
        "rights": rights,
        "may_issue": queries.has_permission(actor, permissions.TOKEN_ISSUE),
        "identities": ExternalIdentity.objects.filter(user=user).select_related("provider"),
        "linkable": IdentityProvider.objects.filter(is_active=True).exclude(identities__user=user),
        "title": _("我的账号"),
    }
    return render(request, "access/account.html", given, status=422 if form.errors else 200)


def remember(
    response: HttpResponse, *, language: str | None = None, theme: str | None = None, density: str | None = None
) -> None:
    """Let the browser keep preferences, so that the first paint is right; ``None`` leaves one as it is."""
    kept = {settings.LANGUAGE_COOKIE_NAME: language, "kefu_theme": theme, "kefu_density": density}
    for name, value in kept.items():
        if value:
            response.set_cookie(name, value, max_age=365 * 86400, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        elif value == "":
            response.delete_cookie(name, samesite="Lax")


@guard.signed_in
@require_GET
def sessions(request: HttpRequest) -> HttpResponseBase:
    """Where one is signed in; for those who manage sessions, where others are."""
    return table_page(
        request, SessionTable(request), "access/sessions.html", {"title": _("登录会话"), "active": "access.sessions"}
    )


@guard.signed_in
@require_POST
def revoke_session(request: HttpRequest, record_id: int) -> HttpResponse:
    """End one session."""
    actor = guard.actor_of(request)
    record = get_object_or_404(queries.sessions_visible_to(actor), pk=record_id)
    services.revoke_session(actor=actor, record=record)
    return close_and_refresh("table-access-sessions", _("会话已退出"))


@guard.signed_in
@require_POST
def revoke_others(request: HttpRequest) -> HttpResponse:
    """End all one's other sessions."""
    ended = services.revoke_other_sessions(actor=guard.actor_of(request))
    return redirect_or_hx(request, reverse("access:sessions"), text=_("已退出 %(n)d 个其他会话") % {"n": ended})


@guard.requires(permissions.TOKEN_ISSUE, any_of=[permissions.TOKEN_MANAGE])
@require_GET
def tokens(request: HttpRequest) -> HttpResponseBase:
    """API tokens."""
    may_issue = queries.has_permission(guard.actor_of(request), permissions.TOKEN_ISSUE)
    return table_page(
        request,
        TokenTable(request),
        "access/tokens.html",
        {"title": _("API 令牌"), "active": "access.tokens", "may_issue": may_issue},
    )


@guard.requires(permissions.TOKEN_ISSUE)
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token and show it this once."""
    actor = guard.actor_of(request)
    form = TokenForm(request.POST or None, owner=actor)
    given: dict[str, object] = {"form": form, "title": _("签发 API 令牌"), "active": "access.tokens"}
    if request.method == "POST" and form.is_valid():
        try:
            token, plain = services.issue_token(
                actor=actor,
                name=form.cleaned_data["name"],
                codes=form.cleaned_data["permissions"],
                expires_at=form.expires_at(),
                networks=form.cleaned_data["networks"].split(),
            )
        except Denied as error:
            form.add_error(None, error.message)
        except InvalidInput as error:
            if error.field == "expires_at":
                form.add_error("until", error.message)
            else:
                form.add_domain_error(error)
        else:
            response = render(request, "access/token_issued.html", {**given, "token": token, "plain": plain})
            response.headers["Cache-Control"] = "no-store"
            return response
    return render(request, "access/token_new.html", given, status=422 if form.errors else 200)


@guard.signed_in
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    actor = guard.actor_of(request)
    token = get_object_or_404(queries.tokens_visible_to(actor), pk=token_id)
    services.revoke_token(actor=actor, token=token)
    return close_and_refresh("table-access-tokens", _("令牌已吊销"))
