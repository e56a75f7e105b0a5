"""The pages of clocks: the list, one with its log and why it is due then, and steering by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock as time
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.clocks import permissions, queries, services
from kefu.platform.clocks.models import Clock
from kefu.platform.clocks.presenting import presented
from kefu.platform.clocks.web.forms import ReasonForm, RetargetForm
from kefu.platform.clocks.web.tables import ClockTable
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page

ACTIVE = {"active": "clocks.clocks"}


@require_safe
@requires(permissions.VIEW)
def index(request: HttpRequest) -> HttpResponseBase:
    """The clocks that the viewer may see."""
    return table_page(request, ClockTable(request), context={**ACTIVE, "title": _("计时")})


@require_safe
@requires(permissions.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One clock: elapsed, remaining, pauses, log, escalations, and why it is due then."""
    return _page(request, queries.visible_clock(actor_of(request), pk))


@require_POST
@requires(permissions.MANAGE)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, with a reason."""
    row = queries.visible_clock(actor_of(request), pk)
    form = ReasonForm(request.POST, prefix="pause")
    if not form.is_valid():
        return _page(request, row, pause=form)
    services.pause(clock_id=pk, reason=form.cleaned_data["reason"], actor=actor_of(request))
    return _back(request, pk, _("已暂停计时"))


@require_POST
@requires(permissions.MANAGE)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Count again."""
    queries.visible_clock(actor_of(request), pk)
    services.resume(clock_id=pk, actor=actor_of(request))
    return _back(request, pk, _("已继续计时"))


@require_POST
@requires(permissions.MANAGE)
def retarget(request: HttpRequest, pk: int) -> HttpResponse:
    """Another goal."""
    row = queries.visible_clock(actor_of(request), pk)
    form = RetargetForm(request.POST, prefix="goal")
    if not form.is_valid():
        return _page(request, row, goal=form)
    given = form.cleaned_data
    try:
        services.retarget(
            clock_id=pk,
            target_seconds=given["target"],
            due_at=given["due_at"],
            reason=given["reason"],
            actor=actor_of(request),
        )
    except InvalidInput as error:
        form.add_domain_error(error)
        return _page(request, row, goal=form)
    return _back(request, pk, _("已调整时限"))


@require_POST
@requires(permissions.MANAGE)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The limit no longer matters."""
    row = queries.visible_clock(actor_of(request), pk)
    form = ReasonForm(request.POST, prefix="cancel")
    if not form.is_valid():
        return _page(request, row, cancel=form)
    services.cancel(clock_id=pk, reason=form.cleaned_data["reason"], actor=actor_of(request))
    return _back(request, pk, _("已取消计时"))


def _page(request: HttpRequest, row: Clock, **forms: Form) -> HttpResponse:
    now: datetime = time.now()
    context: dict[str, Any] = {
        **ACTIVE,
        "title": row.title,
        "may_manage": row.is_live and queries.may_manage(actor_of(request), row),
        "pause_form": forms.get("pause") or ReasonForm(prefix="pause"),
        "goal_form": forms.get("goal") or RetargetForm(prefix="goal"),
        "cancel_form": forms.get("cancel") or ReasonForm(prefix="cancel"),
        **presented(row, now),
    }
    return render(request, "clocks/clock.html", context, status=422 if forms else 200)


def _back(request: HttpRequest, pk: int, text: str) -> HttpResponse:
    return redirect_or_hx(request, reverse("clocks:clock", args=[pk]), text=text)
