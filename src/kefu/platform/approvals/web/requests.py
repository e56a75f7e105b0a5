"""The page of one request: what is asked, how it stands, and what the viewer may do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock
from kefu.kernel.errors import Denied, InvalidInput, RuleBroken
from kefu.platform.access.guard import actor_of, requires, signed_in
from kefu.platform.approvals import queries, services
from kefu.platform.approvals.choices import Verdict
from kefu.platform.approvals.models import Request
from kefu.platform.approvals.permissions import STEER
from kefu.platform.approvals.presenting import presented
from kefu.platform.approvals.services.submitting import PURPOSE
from kefu.platform.approvals.web.forms import DecideForm, FileForm, ReasonForm, ResubmitForm, WithdrawForm
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.webui.responses import is_fragment, local_referer, redirect_or_hx

DONE = {
    Verdict.APPROVE: gettext_lazy("已批准 %(number)s"),
    Verdict.DECLINE: gettext_lazy("已驳回 %(number)s"),
    Verdict.SEND_BACK: gettext_lazy("已退回 %(number)s"),
}


@require_safe
@signed_in
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one request."""
    return _page(request, queries.visible_request(actor_of(request), number))


@require_POST
@signed_in
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """One tap in the list: approve the step that was shown."""
    row = queries.visible_request(actor_of(request), number)
    services.decide(actor=actor_of(request), request_id=row.pk, step=_step(request), verdict=Verdict.APPROVE)
    text = str(DONE[Verdict.APPROVE]) % {"number": row.number}
    return redirect_or_hx(request, local_referer(request, reverse("approvals:waiting")), text=text)


@require_safe
@signed_in
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The form to decline or send back, as a dialog over the list or as a page."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    if not queries.own_seats(actor.user_id, row):
        raise RuleBroken(_("这个申请现在不需要您审批。"), code="step_over")
    if not is_fragment(request):
        return _page(request, row)
    return render(request, "approvals/_answer.html", {"item": row, "decide_form": _decide_form(row)})


@require_POST
@signed_in
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Approve, decline or send back, with what the approver has to say."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    form = DecideForm(request.POST)

    def work() -> None:
        given = form.cleaned_data
        services.decide(
            actor=actor,
            request_id=row.pk,
            step=given["step"],
            verdict=given["verdict"],
            comment=given["comment"],
        )

    if (answer := _try(request, row, form, "decide", work)) is not None:
        return answer
    text = str(DONE[Verdict(form.cleaned_data["verdict"])]) % {"number": row.number}
    return redirect_or_hx(request, reverse("approvals:waiting"), text=text)


@require_POST
@signed_in
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's own request back."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    form = WithdrawForm(request.POST, prefix="withdraw")

    def work() -> None:
        services.withdraw(actor=actor, request_id=row.pk, reason=form.cleaned_data["reason"])

    return _try(request, row, form, "withdraw", work) or _back(request, row, _("已撤回申请"))


@require_POST
@signed_in
def resubmit(request: HttpRequest, number: str) -> HttpResponse:
    """Add what was missing and submit again."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    form = ResubmitForm(request.POST, request.FILES, prefix="again")

    def work() -> None:
        with transaction.atomic():
            kept = _kept(request, row, form)
            services.resubmit(actor=actor, request_id=row.pk, comment=form.cleaned_data["comment"], attachments=kept)

    return _try(request, row, form, "resubmit", work) or _back(request, row, _("已重新提交申请"))


@require_POST
@signed_in
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add a file to one's own request."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    form = FileForm(request.POST, request.FILES, prefix="attach")

    def work() -> None:
        with transaction.atomic():
            services.attach(actor=actor, request_id=row.pk, files=_kept(request, row, form))

    return _try(request, row, form, "attach", work) or _back(request, row, _("已添加附件"))


@require_POST
@requires(STEER)
def pass_up(request: HttpRequest, number: str) -> HttpResponse:
    """Let the next level answer."""
    actor = actor_of(request)
    row = queries.visible_request(actor, number)
    form = ReasonForm(request.POST, prefix="up")

    def work() -> None:
        services.pass_up(actor=actor, request_id=row.pk, reason=form.cleaned_data["reason"])

    return _try(request, row, form, "pass_up", work) or _back(request, row, _("已转到上一级"))


def _try(request: HttpRequest, row: Request, form: Form, name: str, work: Callable[[], None]) -> HttpResponse | None:
    """Do the work when the form is right; the page with what is wrong (422) otherwise."""
    if form.is_valid():
        try:
            work()
        except InvalidInput as error:
            form.add_domain_error(error)  # type: ignore[attr-defined]
        else:
            return None
    return _page(request, row, **{name: form})


def _kept(request: HttpRequest, row: Request, form: Form) -> list[StoredFile]:
    """The uploaded file, kept for the requester only."""
    actor = actor_of(request)
    if row.requester_id != actor.user_id:
        raise Denied(_("只有申请人可以这样做。"), code="not_requester")
    given = form.cleaned_data.get("file")
    return [files.store(actor=actor, stream=given, name=given.name, purpose=PURPOSE)] if given else []


def _page(request: HttpRequest, row: Request, **forms: Form) -> HttpResponse:
    shown = presented(actor_of(request), row, clock.now())
    context: dict[str, Any] = {
        "active": "approvals.waiting" if shown["may_decide"] else "approvals.mine",
        "title": row.title,
        "decide_form": forms.get("decide") or _decide_form(row),
        "withdraw_form": forms.get("withdraw") or WithdrawForm(prefix="withdraw"),
        "resubmit_form": forms.get("resubmit") or ResubmitForm(prefix="again"),
        "attach_form": forms.get("attach") or FileForm(prefix="attach"),
        "up_form": forms.get("pass_up") or ReasonForm(prefix="up"),
        "open_fold": next(iter(forms), ""),
        **shown,
    }
    return render(request, "approvals/request.html", context, status=422 if forms else 200)


def _decide_form(row: Request) -> DecideForm:
    step = queries.waiting_step(row)
    return DecideForm(initial={"step": step.pk if step is not None else ""})


def _step(request: HttpRequest) -> int:
    given = request.POST.get("step", "")
    if not given.isdecimal() or len(given) > 18:
        raise InvalidInput(_("没有这个审批步骤。"), field="step")
    return int(given)


def _back(request: HttpRequest, row: Request, text: str) -> HttpResponse:
    return redirect_or_hx(request, reverse("approvals:request", args=[row.number]), text=text)
