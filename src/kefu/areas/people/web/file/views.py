"""One file: looked at, corrected by who keeps it, proposed for change by whom it concerns."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.people import permissions
from kefu.areas.people.engine.file_fields import LISTS, SECTIONS
from kefu.areas.people.models import Contract, Employee
from kefu.areas.people.queries import employee_of_user
from kefu.areas.people.queries import file as queries
from kefu.areas.people.services.file import contracts, documents, editing, showing
from kefu.areas.people.services.file.planning import ItemEdit
from kefu.areas.people.services.file.rights import is_own
from kefu.areas.people.web.act import act
from kefu.areas.people.web.file import forms
from kefu.kernel.errors import Denied, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.access.services.tree import today
from kefu.platform.custody.permissions import REQUEST_RECORD
from kefu.platform.privacy.queries import masked
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = "people.employees"


def file_employee(request: HttpRequest, number: str) -> Employee:
    """The employee whose file the viewer may see."""
    found = queries.files_visible_to(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这份档案，或者您无权查看。"))
    return found


def kept_by(request: HttpRequest, number: str) -> Employee:
    """The employee whose file the viewer keeps."""
    employee = file_employee(request, number)
    if not queries.keeps_file_of(actor_of(request), employee):
        raise Denied(_("您不能维护这份档案。自己的档案请提交变更申请。"))
    return employee


def url_of(employee: Employee) -> str:
    """The page of the file."""
    return reverse("people:file", args=[employee.number])


def active_of(request: HttpRequest, employee: Employee) -> str:
    """Where the page stands in the menu."""
    return "people.file" if is_own(actor_of(request), employee) else ACTIVE


@require_safe
@requires(permissions.FILE_VIEW)
def mine(request: HttpRequest) -> HttpResponse:
    """One's own file."""
    actor = actor_of(request)
    employee = employee_of_user(actor.user_id) if actor.user_id else None
    if employee is None:
        context = {"active": "people.file", "title": _("我的档案")}
        return render(request, "people/file/none.html", context)
    return redirect(url_of(employee))


@require_safe
@requires(permissions.FILE_VIEW)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The whole file, masked."""
    return _page(request, file_employee(request, number), {})


@require_POST
@requires(permissions.FILE_VIEW)
def show_own(request: HttpRequest, number: str) -> HttpResponse:
    """One's own file in full."""
    employee = file_employee(request, number)
    return _page(request, employee, showing.show_own(actor=actor_of(request), employee=employee, day=today()))


def _page(request: HttpRequest, employee: Employee, plain: dict[bytes, str]) -> HttpResponse:
    actor = actor_of(request)
    dossier = queries.dossier_of(employee, today())
    is_mine = is_own(actor, employee)
    context = {
        "active": active_of(request, employee),
        "title": _("我的档案") if is_mine else _("%(name)s的档案") % {"name": employee.name},
        "employee": employee,
        "dossier": dossier,
        "state": employee.state_on(today()),
        "masks": masked(dossier.tokens),
        "plain": plain,
        "is_mine": is_mine,
        "may_keep": queries.keeps_file_of(actor, employee),
        "may_erase": not is_mine and employee.left_on is not None and has_permission(actor, REQUEST_RECORD),
        "prints": employee.prints.select_related("printed_by")[:8],
        "origins": [f"people.probation:{employee.pk}"],
        "at": f"people.employee:{employee.pk}",
    }
    response = render(request, "people/file/file.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _section(code: str) -> Any:
    found = next((section for section in SECTIONS if section.code == code), None)
    if found is None:
        raise NotFound(_("档案里没有这一部分。"))
    return found


def _list(code: str) -> Any:
    if code not in LISTS:
        raise NotFound(_("档案里没有这一部分。"))
    return LISTS[code]


@requires(permissions.FILE_MANAGE)
def section(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Correct the fields of a section."""
    employee, declared = kept_by(request, number), _section(code)
    form = forms.SectionForm(declared, queries.dossier_of(employee, today()), request.POST or None)
    return act(
        request,
        form,
        lambda data: editing.update_file(actor=actor_of(request), employee=employee, edits=form.edits()),
        active=ACTIVE,
        title=_("修改%(name)s的%(what)s") % {"name": employee.name, "what": declared.label},
        button=_("保存档案"),
        back=url_of(employee),
        done=_("已保存档案"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def item(request: HttpRequest, number: str, code: str, pk: int | None = None) -> HttpResponse:
    """Add an item to a list, or correct one."""
    employee, declared = kept_by(request, number), _list(code)
    found = item_of(employee, code, pk)
    form = forms.ItemForm(declared, found, request.POST or None, request.FILES or None)
    return act(
        request,
        form,
        lambda data: editing.update_file(
            actor=actor_of(request), employee=employee, edits=form.edits(), scan=data.get("scan")
        ),
        active=ACTIVE,
        title=(_("修改%(what)s：%(name)s") if found else _("添加%(what)s：%(name)s"))
        % {"name": employee.name, "what": declared.noun},
        button=_("保存档案"),
        back=url_of(employee),
        done=_("已保存档案"),
        to=url_of(employee),
    )


def item_of(employee: Employee, code: str, pk: int | None) -> queries.Item | None:
    """The item of that key; none for a new one."""
    if pk is None:
        return None
    found = next((row for row in queries.dossier_of(employee, today()).items(code) if row.pk == pk), None)
    if found is None:
        raise NotFound(_("这一条已不在档案里，请刷新后重试。"))
    return found


@require_POST
@requires(permissions.FILE_MANAGE)
def item_remove(request: HttpRequest, number: str, code: str, pk: int) -> HttpResponse:
    """Take an item out of a list."""
    employee = kept_by(request, number)
    _list(code)
    editing.update_file(actor=actor_of(request), employee=employee, edits=[ItemEdit(code, pk)])
    return redirect_or_hx(request, url_of(employee), text=_("已移除"))


@requires(permissions.FILE_MANAGE)
def photo(request: HttpRequest, number: str) -> HttpResponse:
    """Another photo, or none."""
    employee = kept_by(request, number)
    return act(
        request,
        forms.PhotoForm(request.POST or None, request.FILES or None),
        lambda data: editing.set_photo(
            actor=actor_of(request), employee=employee, upload=None if data["remove"] else data["photo"]
        ),
        active=ACTIVE,
        title=_("更换%(name)s的照片") % {"name": employee.name},
        button=_("保存照片"),
        back=url_of(employee),
        done=_("已保存照片"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def terms(request: HttpRequest, number: str) -> HttpResponse:
    """Kind of employment, level, stars, end of probation."""
    employee = kept_by(request, number)
    return act(
        request,
        forms.TermsForm(employee, request.POST or None),
        lambda data: editing.update_terms(actor=actor_of(request), employee=employee, **data),
        active=ACTIVE,
        title=_("修改%(name)s的用工信息") % {"name": employee.name},
        button=_("保存用工信息"),
        back=url_of(employee),
        done=_("已保存用工信息"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The probation is passed."""
    employee = kept_by(request, number)
    return act(
        request,
        forms.ConfirmForm(request.POST or None),
        lambda data: editing.confirm_probation(actor=actor_of(request), employee=employee, **data),
        active=ACTIVE,
        title=_("为%(name)s办理转正") % {"name": employee.name},
        button=_("办理转正"),
        back=url_of(employee),
        done=_("已办理转正"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def contract(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Enter what was signed, or correct it."""
    employee = kept_by(request, number)
    found = _contract(employee, pk) if pk is not None else None
    return act(
        request,
        forms.ContractForm(found, request.POST or None, request.FILES or None),
        lambda data: contracts.save_contract(actor=actor_of(request), employee=employee, contract_id=pk, **data),
        active=ACTIVE,
        title=(_("更正%(name)s的合同") if found else _("登记%(name)s的合同")) % {"name": employee.name},
        button=_("保存合同"),
        back=url_of(employee),
        done=_("已保存合同"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def contract_end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A contract ends before its last day."""
    employee = kept_by(request, number)
    _contract(employee, pk)
    return act(
        request,
        forms.EndContractForm(request.POST or None),
        lambda data: contracts.end_contract(actor=actor_of(request), employee=employee, contract_id=pk, **data),
        active=ACTIVE,
        title=_("终止%(name)s的合同") % {"name": employee.name},
        button=_("终止合同"),
        back=url_of(employee),
        done=_("已终止合同"),
        to=url_of(employee),
    )


def _contract(employee: Employee, pk: int) -> Contract:
    found = Contract.objects.filter(employee=employee, pk=pk).first()
    if found is None:
        raise NotFound(_("没有这份合同，请刷新后重试。"))
    return found


@requires(permissions.FILE_MANAGE)
def document(request: HttpRequest, number: str) -> HttpResponse:
    """Put a paper into the file."""
    employee = kept_by(request, number)
    return act(
        request,
        forms.DocumentForm(request.POST or None, request.FILES or None),
        lambda data: documents.add_document(actor=actor_of(request), employee=employee, **data),
        active=ACTIVE,
        title=_("为%(name)s归档资料") % {"name": employee.name},
        button=_("归档资料"),
        back=url_of(employee),
        done=_("已归档资料"),
        to=url_of(employee),
    )


@requires(permissions.FILE_MANAGE)
def document_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a paper out of the file, with a reason."""
    employee = kept_by(request, number)
    return act(
        request,
        forms.ReasonForm(request.POST or None),
        lambda data: documents.remove_document(actor=actor_of(request), employee=employee, document_id=pk, **data),
        active=ACTIVE,
        title=_("移除%(name)s的资料") % {"name": employee.name},
        button=_("移除资料"),
        back=url_of(employee),
        done=_("已移除资料"),
        to=url_of(employee),
    )
