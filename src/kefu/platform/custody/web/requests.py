"""Requests of the people concerned."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock
from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.custody import permissions, queries, services
from kefu.platform.custody.choices import RequestKind, RequestState
from kefu.platform.custody.web.forms import ReasonForm, RequestForm
from kefu.platform.custody.web.tables import RequestTable
from kefu.platform.privacy.registry import SUBJECT_KINDS, SUBJECT_PARTS
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page


@requires(permissions.REQUEST_VIEW)
@require_safe
def requests(request: HttpRequest) -> HttpResponseBase:
    """The list."""
    given = {
        "title": _("个人信息请求"),
        "active": "privacy.requests",
        "may_record": access.has_permission(actor_of(request), permissions.REQUEST_RECORD),
    }
    return table_page(request, RequestTable(request), "custody/requests.html", given)


@requires(permissions.REQUEST_RECORD)
def new(request: HttpRequest) -> HttpResponse:
    """Record one."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = services.record_request(
                actor=actor_of(request),
                kind=data["kind"],
                subject_kind=data["subject_kind"],
                subject_ref=form.reference(),
                identity_note=data["identity_note"],
                reason=data["reason"],
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            text = _("已登记 %(number)s") % {"number": row.number}
            return redirect_or_hx(request, reverse("custody:request", args=[row.pk]), text=text)
    given = {
        "title": _("登记个人信息请求"),
        "active": "privacy.requests",
        "back": reverse("custody:requests"),
        "submit": _("登记请求"),
    }
    return form_response(request, form, "custody/form.html", given)


@requires(permissions.REQUEST_VIEW)
@require_safe
def request_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what, whose, checks, history, and what can be done now."""
    return _shown(request, request_id)


@requires(permissions.REQUEST_EXECUTE)
@require_POST
def execute(request: HttpRequest, request_id: int) -> HttpResponse:
    """Start it."""
    row = services.execute_request(actor=actor_of(request), request_id=request_id)
    return redirect_or_hx(request, reverse("custody:request", args=[row.pk]), text=_("已开始办理"))


@requires(permissions.REQUEST_EXECUTE)
@require_POST
def refuse(request: HttpRequest, request_id: int) -> HttpResponse:
    """Say no, and why."""
    form = ReasonForm(request.POST, prefix="refuse")
    if form.is_valid():
        try:
            services.refuse_request(actor=actor_of(request), request_id=request_id, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("custody:request", args=[request_id]), text=_("已记录不予办理"))
    return _shown(request, request_id, refuse_form=form)


@requires(permissions.REQUEST_RECORD)
@require_POST
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """The person does not want it any more."""
    form = ReasonForm(request.POST, prefix="withdraw")
    if form.is_valid():
        try:
            services.withdraw_request(
                actor=actor_of(request), request_id=request_id, reason=form.cleaned_data["reason"]
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("custody:request", args=[request_id]), text=_("已撤回请求"))
    return _shown(request, request_id, withdraw_form=form)


def _shown(
    request: HttpRequest,
    request_id: int,
    *,
    refuse_form: ReasonForm | None = None,
    withdraw_form: ReasonForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    row = queries.request_visible_to(actor, request_id)
    waits = row.state == RequestState.RECEIVED
    same = bool(actor.user_id and row.recorded_by_id and access.same_person(actor.user_id, row.recorded_by_id))
    may_execute = access.has_permission(actor, permissions.REQUEST_EXECUTE)
    kind = SUBJECT_KINDS.find(row.subject_kind)
    given = {
        "row": row,
        "subject_kind": kind.label if kind else "—",
        "subject": queries.subject_title(row.subject_kind, row.subject_ref),
        "history": row.history.select_related("user"),
        "hold": queries.hold_on(row.subject_kind, row.subject_ref, clock.now())
        if waits and row.kind == RequestKind.ERASE
        else None,
        "counts": [(_label(code), count) for code, count in row.counts.items()],
        "is_erasure": row.kind == RequestKind.ERASE,
        "may_execute": waits and may_execute and not same,
        "needs_another": waits and may_execute and same,
        "may_withdraw": waits and access.has_permission(actor, permissions.REQUEST_RECORD),
        "may_download": row.file is not None and row.file.deleted_at is None and may_execute,
        "refuse_form": refuse_form or ReasonForm(prefix="refuse"),
        "withdraw_form": withdraw_form or ReasonForm(prefix="withdraw"),
        "open_fold": "refuse" if refuse_form else "withdraw" if withdraw_form else "",
        "title": row.number,
        "active": "privacy.requests",
    }
    return render(request, "custody/request.html", given, status=422 if refuse_form or withdraw_form else 200)


def _label(code: str) -> str:
    known = SUBJECT_PARTS.find(code)
    if known is not None:
        return str(known.label)
    if code == "vault":
        return _("保险箱中的值")
    if code == "files":
        return _("文件")
    if code == "audit":
        return _("审计记录（遮盖）")
    try:
        return str(apps.get_model(code)._meta.verbose_name)
    except (LookupError, ValueError):
        return code
