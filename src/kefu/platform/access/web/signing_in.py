"""Signing in and out, and one's own password."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kefu.kernel.errors import Denied, InvalidInput, TooMany
from kefu.platform.access import guard, services
from kefu.platform.access.middleware import session_record
from kefu.platform.access.models import User
from kefu.platform.access.services import signing_in, single_sign_on
from kefu.platform.access.web.account import remember
from kefu.platform.access.web.forms import PasswordForm, SignInForm
from kefu.platform.access.web.paths import leave_for, safe_next
from kefu.platform.access.web.single_sign_on import sign_in_choices


@guard.public("Whoever is not signed in must be able to sign in")
@require_http_methods(["GET", "POST"])
@never_cache
@csrf_protect
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; wrong names and wrong passwords get the same words."""
    actor = guard.actor_of(request)
    if actor.is_signed_in and request.method == "GET":
        return HttpResponseRedirect(safe_next(request))
    record = session_record(request)
    if record is not None and not actor.is_signed_in and request.method == "GET":
        page = "access:locked" if record.locked_at else "access:second_factor"
        return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': safe_next(request)})}")
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = services.sign_in(request=request, ip=actor.ip, **form.cleaned_data)
            except (InvalidInput, TooMany, Denied) as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                return _welcome(HttpResponseRedirect(safe_next(request)), user)
    given = {"form": form, "next": safe_next(request), "providers": sign_in_choices(request)}
    return render(request, "access/sign_in.html", given, status=status)


def _welcome(response: HttpResponse, user: User) -> HttpResponse:
    """Give the browser the account's own language, theme and density."""
    remember(response, language=user.language or None, theme=user.theme or None, density=user.density or None)
    return response


@guard.public("Signing out needs no right")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go to the sign-in page."""
    leaving = single_sign_on.leaving_address(request)
    services.sign_out(request=request, actor=guard.actor_of(request))
    return leave_for(request, leaving) if leaving else HttpResponseRedirect(reverse("access:sign_in"))


@guard.signed_in
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("old", "password", "again")
@guard.limited("access.password", limit=30, per_seconds=600)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; also where an account that must change it is led."""
    actor = guard.actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_own_password(actor=actor, old=data["old"], new=data["password"])
        except InvalidInput as error:
            form.add_error(error.field or None, error.message)
        else:
            user.refresh_from_db()
            signing_in.renew(request=request, user=user, ip=actor.ip)
            messages.success(request, _("密码已更改，其他会话均已退出。"))
            return HttpResponseRedirect(safe_next(request))
    forced = user.must_change_password
    return render(
        request,
        "access/password.html",
        {"form": form, "forced": forced, "username": user.username, "next": safe_next(request)},
        status=422 if request.method == "POST" else 200,
    )
