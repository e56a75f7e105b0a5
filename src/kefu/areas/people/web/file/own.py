"""Changes in one's own file: asked for, followed, taken back; seen by whoever may see the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.people import permissions
from kefu.areas.people.choices import ChangeState
from kefu.areas.people.engine.file_fields import LISTS, SECTIONS
from kefu.areas.people.models import Employee, OwnChange
from kefu.areas.people.queries import employee_of_user
from kefu.areas.people.queries import file as queries
from kefu.areas.people.services.file import own_changes
from kefu.areas.people.services.file.planning import Edit, ItemEdit
from kefu.areas.people.services.file.rights import is_own
from kefu.areas.people.web.act import act
from kefu.areas.people.web.file import forms
from kefu.areas.people.web.file.views import item_of, url_of
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.services.tree import today
from kefu.platform.privacy.queries import masked
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = "people.file"


def own_employee(request: HttpRequest) -> Employee:
    """The viewer's own record as an employee."""
    actor = actor_of(request)
    found = employee_of_user(actor.user_id) if actor.user_id else None
    if found is None:
        raise NotFound(_("您的账号没有关联员工，请联系人事专员。"))
    return found


def _ask(request: HttpRequest, employee: Employee, form: Any, what: Any, edits: Any) -> HttpResponse:
    def do(data: Mapping[str, Any]) -> OwnChange:
        asked: Sequence[Edit] = edits()
        return own_changes.propose(
            actor=actor_of(request),
            employee=employee,
            edits=asked,
            note=data.get("note", ""),
            scan=data.get("scan"),
            evidence=data.get("evidence"),
            photo=data.get("photo"),
        )

    return act(
        request,
        form,
        do,
        active=ACTIVE,
        title=_("申请变更：%(what)s") % {"what": what},
        button=_("提交申请"),
        back=url_of(employee),
        done=_("已提交申请，审核通过后生效"),
        to=lambda change: reverse("people:own_change", args=[change.pk]),
    )


@requires(permissions.FILE_VIEW)
def section(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for other values in a section."""
    employee = own_employee(request)
    declared = next((each for each in SECTIONS if each.code == code), None)
    if declared is None:
        raise NotFound(_("档案里没有这一部分。"))
    dossier = queries.dossier_of(employee, today())
    form = forms.SectionForm(declared, dossier, request.POST or None, request.FILES or None, is_proposal=True)
    return _ask(request, employee, form, declared.label, lambda: form.edits())


@requires(permissions.FILE_VIEW)
def item(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Ask for an item to be added or corrected."""
    employee = own_employee(request)
    if code not in LISTS:
        raise NotFound(_("档案里没有这一部分。"))
    found = item_of(employee, code, pk)
    form = forms.ItemForm(LISTS[code], found, request.POST or None, request.FILES or None, is_proposal=True)
    return _ask(request, employee, form, LISTS[code].noun, lambda: form.edits())


@require_POST
@requires(permissions.FILE_VIEW)
def item_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask for an item to be taken out."""
    employee = own_employee(request)
    change = own_changes.propose(actor=actor_of(request), employee=employee, edits=[ItemEdit(code, pk)])
    return redirect_or_hx(request, reverse("people:own_change", args=[change.pk]), text=_("已提交申请，审核通过后生效"))


@requires(permissions.FILE_VIEW)
def photo(request: HttpRequest) -> HttpResponse:
    """Ask for another photo."""
    form = forms.PhotoForm(request.POST or None, request.FILES or None, is_proposal=True)
    return _ask(request, own_employee(request), form, _("照片"), list)


@require_safe
@requires(permissions.FILE_VIEW)
def changes(request: HttpRequest) -> HttpResponse:
    """What the viewer has asked for."""
    employee = own_employee(request)
    rows = [(row, ChangeState(row.state)) for row in employee.own_changes.prefetch_related("items")[:50]]
    return render(
        request,
        "people/file/changes.html",
        {"active": ACTIVE, "title": _("我的变更申请"), "employee": employee, "rows": rows},
    )


@require_safe
@requires(permissions.FILE_VIEW)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: old and new, and where it stands."""
    found, lines = _change(request, pk), []
    for each in found.items.order_by("id"):
        lines += list(own_changes.rows_of(each))
    context = {
        "active": ACTIVE,
        "title": _("档案变更申请 %(number)s") % {"number": found.pk},
        "change": found,
        "employee": found.employee,
        "state": ChangeState(found.state),
        "lines": lines,
        "masks": masked(token for line in lines for token in (line.token, line.before_token)),
        "evidence": found.evidence,
        "may_withdraw": found.state == ChangeState.PENDING and is_own(actor_of(request), found.employee),
        "at": f"people.own_change:{found.pk}",
    }
    response = render(request, "people/file/change.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(permissions.FILE_VIEW)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    found = _change(request, pk)
    own_changes.withdraw(actor=actor_of(request), change=found)
    return redirect_or_hx(request, reverse("people:own_change", args=[pk]), text=_("已撤回申请"))


def _change(request: HttpRequest, pk: int) -> OwnChange:
    seen = queries.files_visible_to(actor_of(request))
    found = (
        OwnChange.objects.select_related("employee__unit", "evidence__file").filter(pk=pk, employee__in=seen).first()
    )
    if found is None:
        raise NotFound(_("没有这份申请，或者您无权查看。"))
    return found
