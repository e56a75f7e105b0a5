"""The pages of parameters: all of them by room, one with its history."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.params import permissions, queries, rules, services
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param, Value
from kefu.platform.params.web.forms import ChangeForm
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "params.params"}


@require_safe
@requires(permissions.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Every parameter with its value now, grouped by room."""
    standings = queries.standings(clock.now())
    groups = [
        (
            room_label(room),
            [
                {
                    "param": standing.param,
                    "value": written(standing.param, standing.value),
                    "default": written(standing.param, standing.param.default),
                    "standing": standing,
                }
                for standing in members
            ],
        )
        for room, members in groupby(standings, key=lambda standing: standing.param.room)
    ]
    return render(request, "params/params.html", {**ACTIVE, "title": _("参数"), "groups": groups})


@requires(permissions.VIEW)
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One parameter: its value, a form for whoever may change it, and its history."""
    param = PARAMS.find(code)
    if param is None:
        raise NotFound(services.unknown_param(code))
    actor = actor_of(request)
    may_change = access.has_permission(actor, permissions.CHANGE)
    value = queries.value(code)
    form = ChangeForm(
        param, value, request.POST if request.method == "POST" else None, initial={"version": queries.version(code)}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change(
                actor=actor,
                code=code,
                value=given["value"],
                effective_at=given["effective_at"],
                expected_version=given["version"],
                reason=given["reason"],
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("params:param", args=[code]), text=_("已保存参数"))
    now = clock.now()
    history = [
        {
            "change": change,
            "value": written(param, param.default if change.value is None else rules.from_json(param, change.value)),
            "is_scheduled": change.withdrawn_at is None and change.effective_at > now,
        }
        for change in queries.history(code)
    ]
    return form_response(
        request,
        form,
        "params/param.html",
        {
            **ACTIVE,
            "title": str(param.label),
            "param": param,
            "room": room_label(param.room),
            "value": written(param, value),
            "default": written(param, param.default),
            "is_default": value == param.default,
            "may_change": may_change,
            "history": history,
            "version": queries.version(code),
        },
    )


@require_POST
@requires(permissions.CHANGE)
def reset(request: HttpRequest, code: str) -> HttpResponse:
    """Go back to the default."""
    version = request.POST.get("version", "")
    services.reset(actor=actor_of(request), code=code, expected_version=int(version) if version.isdecimal() else None)
    return redirect_or_hx(request, reverse("params:param", args=[code]), text=_("已恢复默认值"))


@require_POST
@requires(permissions.CHANGE)
def withdraw(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take back a scheduled change."""
    services.withdraw(actor=actor_of(request), code=code, version=version)
    return redirect_or_hx(request, reverse("params:param", args=[code]), text=_("已撤回计划中的变更"))


def room_label(room: str) -> Any:
    """What people call the app that declares a parameter."""
    try:
        return apps.get_app_config(room).verbose_name
    except LookupError:
        return room


def written(param: Param, value: Value) -> str:
    """A value as people read it."""
    if param.type is ParamType.BOOL:
        return _("是") if value else _("否")
    if param.type is ParamType.CHOICE:
        return next((str(label) for code, label in param.choices if code == value), str(value))
    if param.type is ParamType.DURATION and not param.unit:
        return _("%(count)s 秒") % {"count": value}
    return f"{value} {param.unit}" if param.unit else str(value)
