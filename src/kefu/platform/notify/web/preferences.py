"""What one wants to hear of, how, when and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.delivery import queries as delivery
from kefu.platform.delivery.choices import Channel
from kefu.platform.notify import queries, services
from kefu.platform.notify.choices import Way
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.webui.forms import Form
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "notify.preferences"}


class HoursForm(Form):
    """Quiet hours and the digest's time."""

    quiet_from = forms.TimeField(label=gettext_lazy("免打扰开始"), required=False, widget=forms.TimeInput())
    quiet_until = forms.TimeField(label=gettext_lazy("免打扰结束"), required=False, widget=forms.TimeInput())
    digest_at = forms.TimeField(label=gettext_lazy("每日汇总邮件时间"), widget=forms.TimeInput())


class AddressForm(Form):
    """Where mails and short messages go. What is stored is never shown in full: an empty field keeps it."""

    mail = forms.CharField(
        label=gettext_lazy("邮箱"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    forget_mail = forms.BooleanField(label=gettext_lazy("删除已保存的邮箱"), required=False)
    forget_phone = forms.BooleanField(label=gettext_lazy("删除已保存的手机号"), required=False)


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
@signed_in
def save_kinds(request: HttpRequest) -> HttpResponse:
    """Save the ways of all kinds."""
    ways: dict[str, list[str]] = {}
    for kind in NOTICE_KINDS:
        given = request.POST.getlist(f"ways.{kind.code}")
        if kind.mandatory:
            given.append(Way.INBOX.value)
        ways[kind.code] = [way for way in Way.values if way in given]
    with transaction.atomic():
        services.save_preferences(actor=actor_of(request), ways=ways)
    return _saved(request)


@require_POST
@signed_in
def save_hours(request: HttpRequest) -> HttpResponse:
    """Save quiet hours and the digest's time."""
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            services.save_hours(actor=actor_of(request), **form.cleaned_data)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return _saved(request)
    return _page(request, hours=form)


@require_POST
@signed_in
def save_addresses(request: HttpRequest) -> HttpResponse:
    """Save the addresses."""
    form = AddressForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        given: dict[str, str] = {}
        for name in ("mail", "phone"):
            if data[name]:
                given[name] = data[name]
            elif data[f"forget_{name}"]:
                given[name] = ""
        try:
            services.save_addresses(actor=actor_of(request), **given)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return _saved(request)
    return _page(request, addresses=form)


def _saved(request: HttpRequest) -> HttpResponse:
    return redirect_or_hx(request, reverse("notify:preferences"), text=_("已保存通知设置"))


def _page(
    request: HttpRequest, *, hours: HoursForm | None = None, addresses: AddressForm | None = None
) -> HttpResponse:
    user_id = actor_of(request).user_id or 0
    own = queries.settings_of(user_id)
    failed = bool(hours or addresses)
    choices = [
        {
            "kind": choice.kind,
            "ways": [
                {
                    "value": way.value,
                    "label": way.label,
                    "on": way.value in choice.ways,
                    "fixed": choice.kind.mandatory and way is Way.INBOX,
                }
                for way in Way
            ],
        }
        for choice in queries.choices_of(user_id)
    ]
    context: dict[str, Any] = {
        **ACTIVE,
        "title": _("通知设置"),
        "choices": choices,
        "ways": list(Way),
        "hours": hours
        or HoursForm(
            initial={"quiet_from": own.quiet_from, "quiet_until": own.quiet_until, "digest_at": own.digest_at}
        ),
        "addresses": addresses or AddressForm(),
        "masks": _masks(own),
        "mail_ready": delivery.is_configured(Channel.MAIL),
        "sms_ready": delivery.is_configured(Channel.SMS),
    }
    return render(request, "notify/preferences.html", context, status=422 if failed else 200)


def _masks(own: Any) -> dict[str, str]:
    from kefu.platform.privacy import queries as privacy

    known = privacy.masked([own.mail_token, own.phone_token])
    return {
        "mail": known.get(bytes(own.mail_token), "") if own.mail_token else "",
        "phone": known.get(bytes(own.phone_token), "") if own.phone_token else "",
    }
