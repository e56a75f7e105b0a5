"""Forms on paper, lists as files, the log of print-outs, and the erasing of those who left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kefu.areas.people import permissions
from kefu.areas.people.choices import FormKind
from kefu.areas.people.models import Employee
from kefu.areas.people.queries import file as queries
from kefu.areas.people.services.file import bulk, erasing, printing
from kefu.areas.people.services.file.rights import is_own
from kefu.areas.people.web.act import act
from kefu.areas.people.web.file.forms import BulkPrintForm, ExportForm, PrintForm, ReasonForm
from kefu.areas.people.web.file.views import ACTIVE, active_of, file_employee, url_of
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.custody import services as custody
from kefu.platform.custody.choices import RequestKind
from kefu.platform.custody.models import SubjectRequest
from kefu.platform.custody.permissions import REQUEST_RECORD
from kefu.platform.imports.export import file_response, to_xlsx
from kefu.platform.jobs import services as jobs
from kefu.platform.privacy.queries import may_reveal
from kefu.platform.privacy.registry import EMPLOYEE
from kefu.platform.webui.forms import form_response

JOB = "people.print_forms"


def selected(request: HttpRequest, data: Mapping[str, Any]) -> list[Employee]:
    """The employees of a choice of unit and state, within what the viewer may export."""
    return queries.export_scope(actor_of(request), data["unit"], with_left=data["with_left"])


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF that the browser shows, and nobody keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires(permissions.FILE_VIEW)
def print_form(request: HttpRequest, number: str) -> HttpResponse:
    """One form about one employee."""
    employee, actor = file_employee(request, number), actor_of(request)
    form = PrintForm(request.POST or None, is_mine=is_own(actor, employee), may_reveal=may_reveal(actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = printing.print_form(
                actor=actor,
                employee=employee,
                form=data["form"],
                is_full=bool(data.get("is_full")),
                reason=data.get("reason", ""),
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return pdf_response(made, f"{FormKind(data['form']).label} {employee.number}")
    context = {
        "active": active_of(request, employee),
        "title": _("打印表格：%(name)s") % {"name": employee.name},
        "button": _("生成 PDF"),
        "back": url_of(employee),
    }
    return form_response(request, form, "people/form.html", context)


@require_safe
@requires(permissions.FILE_VIEW)
def blank(request: HttpRequest, form: str) -> HttpResponse:
    """A form to be filled in by hand."""
    return pdf_response(printing.print_blank(form), _("空白表"))


@requires(permissions.FILE_EXPORT)
def many(request: HttpRequest) -> HttpResponse:
    """Forms about many: made by a job."""
    actor = actor_of(request)
    form = BulkPrintForm(actor, request.POST or None, may_reveal=may_reveal(actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            printing.check_count(selected(request, data))
            reason = bulk.check_full(actor, data.get("reason", "")) if data.get("is_full") else ""
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            job = jobs.enqueue(
                JOB,
                actor=actor,
                form=data["form"],
                unit=data["unit"],
                with_left=data["with_left"],
                is_full=bool(data.get("is_full")),
                reason=reason,
            )
            return redirect(reverse("jobs:job", args=[job.uid]))
    context = {
        "active": ACTIVE,
        "title": _("批量打印表格"),
        "may_keep": has_permission(actor, permissions.FILE_MANAGE),
        "forms": FormKind.choices,
        "prints": queries.prints_visible_to(actor)[:30],
    }
    return form_response(request, form, "people/file/print.html", context)


@requires(permissions.FILE_EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """The whole files as xlsx."""
    actor = actor_of(request)
    form = ExportForm(actor, request.POST or None, may_reveal=may_reveal(actor))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            header, rows = bulk.export_files(
                actor=actor,
                employees=selected(request, data),
                is_full=bool(data.get("is_full")),
                reason=data.get("reason", ""),
            )
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return file_response(to_xlsx(header, rows, title=_("员工档案")), _("员工档案"), "xlsx")
    context = {
        "active": ACTIVE,
        "title": _("导出员工档案"),
        "button": _("导出档案"),
        "back": reverse("people:employees"),
    }
    return form_response(request, form, "people/form.html", context)


@requires(REQUEST_RECORD)
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Ask custody to destroy the personal data of somebody who left; a second person executes it."""
    employee, actor = file_employee(request, number), actor_of(request)

    def ask(data: Mapping[str, Any]) -> SubjectRequest:
        erasing.check_erasable(employee, actor)
        return custody.record_request(
            actor=actor,
            kind=RequestKind.ERASE,
            subject_kind=EMPLOYEE,
            subject_ref=str(employee.pk),
            identity_note=_("核对员工档案 %(number)s") % {"number": employee.number},
            reason=data["reason"],
        )

    return act(
        request,
        ReasonForm(request.POST or None),
        ask,
        active=ACTIVE,
        title=_("删除%(name)s的个人信息") % {"name": employee.name},
        button=_("登记删除请求"),
        back=url_of(employee),
        done=_("已登记，由另一人办理"),
        to=lambda made: reverse("custody:request", args=[made.pk]),
        warning=gettext_lazy("姓名、证件、联系方式、资料和照片会被永久删除，不能恢复；用工记录和统计保留在工号下。"),
        first=erasing.erasable_from(employee),
    )


@require_safe
@requires(permissions.FILE_VIEW)
def log(request: HttpRequest) -> HttpResponse:
    """Who printed what."""
    rows = queries.prints_visible_to(actor_of(request))[:200]
    return render(request, "people/file/prints.html", {"active": ACTIVE, "title": _("打印记录"), "rows": rows})
