"""The second factor: asked for after the password, bound and unbound in one's account, reset by an administrator."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, KefuError, TooMany
from kefu.platform.access import guard, permissions, queries
from kefu.platform.access.choices import PendingStep
from kefu.platform.access.middleware import client_ip, session_record
from kefu.platform.access.models import RecoveryCode, SecondFactor, User
from kefu.platform.access.services import second_factor
from kefu.platform.access.web.forms import CodeForm
from kefu.platform.access.web.paths import safe_next
from kefu.platform.webui.responses import redirect_or_hx


@guard.public("Asks for the second step of a sign-in; without a session that waits for it, it leads to the first")
@require_http_methods(["GET", "POST"])
@never_cache
@csrf_protect
@sensitive_post_parameters("code")
def step(request: HttpRequest) -> HttpResponse:
    """The step between the password and the product: a code, or binding an app where a role requires one."""
    record = session_record(request)
    if record is None or not record.pending or record.locked_at is not None:
        return HttpResponseRedirect(safe_next(request))
    user, enrolling = record.user, record.pending == PendingStep.ENROL
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code, ip = form.cleaned_data["code"], client_ip(request)
            try:
                if enrolling:
                    codes = second_factor.confirm_enrolment(user=user, code=code, record=record, ip=ip)
                    return _codes_page(request, codes, next_url=safe_next(request))
                recovered = second_factor.verify(user=user, code=code, record=record, ip=ip)
            except (InvalidInput, TooMany) as error:
                form.add_error("code", error.message)
                status = error.status
            else:
                if recovered:
                    messages.warning(request, _("您用掉了一个恢复码。手机若已丢失，请尽快解除并重新绑定。"))
                return HttpResponseRedirect(safe_next(request))
    given = {"form": form, "enrolling": enrolling, "next": safe_next(request), **(_binding(user) if enrolling else {})}
    return render(request, "access/second_factor_step.html", given, status=status)


@guard.signed_in
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def own(request: HttpRequest) -> HttpResponse:
    """Bind, renew the recovery codes of, or unbind one's own app; each takes a fresh code."""
    actor = guard.actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    bound = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            code, what = form.cleaned_data["code"], request.POST.get("do")
            try:
                if bound is None:
                    codes = second_factor.confirm_enrolment(
                        user=user, code=code, record=session_record(request), ip=actor.ip
                    )
                    return _codes_page(request, codes, next_url=reverse("access:own_second_factor"))
                if what == "codes":
                    codes = second_factor.renew_recovery_codes(user=user, code=code, actor=actor)
                    return _codes_page(request, codes, next_url=reverse("access:own_second_factor"))
                second_factor.remove(user=user, code=code, actor=actor)
            except KefuError as error:
                form.add_error("code", error.message)
                status = error.status
            else:
                return redirect_or_hx(request, reverse("access:own_second_factor"), text=_("已解除动态口令"))
    given = {
        "form": form,
        "bound": bound,
        "required": second_factor.is_required(user, clock.now()),
        "codes_left": RecoveryCode.objects.filter(user=user, used_at__isnull=True).count() if bound else 0,
        "title": _("动态口令"),
        **({} if bound else _binding(user)),
    }
    return render(request, "access/second_factor.html", given, status=status)


@guard.requires(permissions.USER_MANAGE)
@require_POST
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Unbind somebody's lost app."""
    actor = guard.actor_of(request)
    shown = queries.user_visible_to(actor, user_id)
    second_factor.reset(actor=actor, user=shown)
    return redirect_or_hx(request, reverse("access:user", args=[shown.pk]), text=_("动态口令已重置，会话已全部退出"))


def _binding(user: User) -> dict[str, object]:
    """The QR code and the secret for those who type it."""
    secret = second_factor.begin_enrolment(user=user)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"secret": spaced, "qr": _qr(second_factor.provisioning_uri(user, secret))}


def _qr(text: str) -> SafeString:
    svg = segno.make(text, error="m").svg_inline(scale=5, border=3, light="#fff", omitsize=False)
    return SafeString(svg)


def _codes_page(request: HttpRequest, codes: list[str], *, next_url: str) -> HttpResponse:
    response = render(request, "access/recovery_codes.html", {"codes": codes, "next": next_url})
    response.headers["Cache-Control"] = "no-store"
    return response
