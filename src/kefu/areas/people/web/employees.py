"""The pages of employees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Employee, Leadership
from kefu.areas.people.web import forms
from kefu.areas.people.web.tables import EmployeeTable
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import act_or_form
from kefu.platform.webui.tables import table_page

ACTIVE = {"active": "people.employees"}


def _employee(request: HttpRequest, number: str) -> Employee:
    found = queries.employees(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    return found


@requires(permissions.EMPLOYEE_VIEW)
def listing(request: HttpRequest) -> HttpResponseBase:
    """All employees whom the viewer sees."""
    actor = actor_of(request)
    context = {
        **ACTIVE,
        "title": _("员工"),
        "may_manage": has_permission(actor, permissions.EMPLOYEE_MANAGE),
        "may_import": has_permission(actor, permissions.EMPLOYEE_IMPORT),
        "may_open_accounts": has_permission(actor, "access.user:manage"),
        "may_export": has_permission(actor, permissions.FILE_EXPORT),
    }
    return table_page(request, EmployeeTable(request), "people/employees.html", context)


@requires(permissions.EMPLOYEE_VIEW)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One employee: file, where they belonged, what they led, their logins."""
    employee = _employee(request, number)
    actor = actor_of(request)
    return render(
        request,
        "people/employee.html",
        {
            **ACTIVE,
            "title": employee.name,
            "employee": employee,
            "state": employee.state_on(today()),
            "memberships": queries.memberships_of(employee),
            "leaderships": Leadership.objects.filter(employee=employee).select_related("unit").order_by("-starts_on"),
            "agents": queries.agents_visible_to(actor).filter(employee=employee),
            "account": employee.user,
            "may_manage": scope_for(actor, permissions.EMPLOYEE_MANAGE).covers_node(employee.unit_id),
        },
    )


@requires(permissions.EMPLOYEE_MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """Somebody joins."""
    actor = actor_of(request)
    return _act(
        request,
        forms.EmployeeForm(actor, request.POST or None, initial={"unit": request.GET.get("unit", "")}),
        lambda data: services.create_employee(actor=actor, **data),
        title=_("新建员工"),
        button=_("新建员工"),
        back=reverse("people:employees"),
        done=_("已新建员工"),
        to=_url,
    )


@requires(permissions.EMPLOYEE_MANAGE)
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Correct name and phone."""
    employee = _employee(request, number)

    def act(data: Mapping[str, Any]) -> Employee:
        phone = "" if data["remove_phone"] else data["phone"] or None
        return services.update_employee(actor=actor_of(request), employee=employee, name=data["name"], phone=phone)

    return _act(
        request,
        forms.EmployeeEditForm(request.POST or None, initial=forms.initial_of(employee)),
        act,
        title=_("修改“%(name)s”") % {"name": employee.name},
        button=_("保存员工"),
        back=_url(employee),
        done=_("已保存员工"),
        to=_url(employee),
    )


@requires(permissions.EMPLOYEE_MANAGE)
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """To another unit, from a day on."""
    employee, actor = _employee(request, number), actor_of(request)
    return _act(
        request,
        forms.MoveForm(actor, request.POST or None),
        lambda data: services.transfer_employee(actor=actor, employee=employee, **data),
        title=_("调动“%(name)s”") % {"name": employee.name},
        button=_("办理调动"),
        back=_url(employee),
        done=_("已办理调动"),
        to=_url(employee),
    )


@requires(permissions.EMPLOYEE_MANAGE)
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """The last day of work."""
    employee = _employee(request, number)
    return _act(
        request,
        forms.LeaveForm(request.POST or None),
        lambda data: services.record_leaving(actor=actor_of(request), employee=employee, **data),
        title=_("为“%(name)s”办理离职") % {"name": employee.name},
        button=_("办理离职"),
        back=_url(employee),
        done=_("已办理离职"),
        to=_url(employee),
    )


def _url(employee: Employee) -> str:
    return reverse("people:employee", args=[employee.number])


def _act(
    request: HttpRequest,
    form: Any,
    act: Callable[[Mapping[str, Any]], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    **words: str,
) -> HttpResponse:
    """A page that changes an employee."""
    context = {**ACTIVE, **words}
    return act_or_form(request, form, act, done=done, to=to, template="people/form.html", context=context)
