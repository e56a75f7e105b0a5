"""The org tree and the pages of its units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Leadership, Unit
from kefu.areas.people.web import forms
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import act_or_form
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "people.units"}


def _unit(request: HttpRequest, pk: int) -> Unit:
    found = queries.units_visible_to(actor_of(request)).select_related("node", "parent").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这个单位，或者您无权查看。"))
    return found


def _day(request: HttpRequest) -> date:
    """The day that the page is about; today when the address does not name a proper one."""
    try:
        return parse_date(request.GET.get("on", "")) or today()
    except ValueError:
        return today()


@requires(permissions.UNIT_VIEW)
def tree(request: HttpRequest) -> HttpResponse:
    """The tree of any day, with leaders and head counts."""
    day = _day(request)
    roots = queries.unit_tree(actor_of(request), day)
    return render(
        request,
        "people/units.html",
        {
            **ACTIVE,
            "title": _("组织架构"),
            "branches": [branch for root in roots for branch in root.walk()],
            "day": day,
            "is_today": day == today(),
            "may_manage": has_permission(actor_of(request), permissions.UNIT_MANAGE),
        },
    )


@requires(permissions.UNIT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit on a day: who leads it, who belongs to it, what is below it, where it stood."""
    unit, day = _unit(request, pk), _day(request)
    actor = actor_of(request)
    leaderships = list(Leadership.objects.filter(unit=unit).select_related("employee").order_by("-starts_on"))
    return render(
        request,
        "people/unit.html",
        {
            **ACTIVE,
            "title": unit.name,
            "unit": unit,
            "day": day,
            "is_today": day == today(),
            "members": queries.employees_of_unit(actor, pk, day)
            if has_permission(actor, permissions.EMPLOYEE_VIEW)
            else [],
            "below": _below(queries.unit_tree(actor, day), pk),
            "leaderships": leaderships,
            "places": queries.parents_of(unit),
            "may_manage": scope_for(actor, permissions.UNIT_MANAGE).covers_node(pk),
        },
    )


def _below(roots: list[queries.Branch], pk: int) -> list[queries.Branch]:
    here = next((branch for root in roots for branch in root.walk() if branch.unit.pk == pk), None)
    return here.branches if here else []


@requires(permissions.UNIT_MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A new unit."""
    actor = actor_of(request)
    return _act(
        request,
        forms.UnitForm(actor, request.POST or None, initial={"parent": request.GET.get("parent", ""), "kind": "team"}),
        lambda data: services.create_unit(actor=actor, **data),
        title=_("新建单位"),
        button=_("新建单位"),
        back=reverse("people:units"),
        done=_("已新建单位"),
        to=lambda made: _url(made.pk),
    )


@requires(permissions.UNIT_MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename and reorder."""
    unit = _unit(request, pk)
    return _act(
        request,
        forms.UnitNameForm(request.POST or None, initial=forms.initial_of_unit(unit)),
        lambda data: services.update_unit(actor=actor_of(request), unit=unit, **data),
        title=_("修改“%(name)s”") % {"name": unit.name},
        button=_("保存单位"),
        back=_url(pk),
        done=_("已保存单位"),
        to=_url(pk),
    )


@requires(permissions.UNIT_MANAGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the unit, with all below it, under another one."""
    unit, actor = _unit(request, pk), actor_of(request)
    return _act(
        request,
        forms.MoveForm(actor, request.POST or None, without=[pk]),
        lambda data: services.move_unit(actor=actor, unit=unit, parent=data["unit"], starts_on=data["starts_on"]),
        title=_("移动“%(name)s”") % {"name": unit.name},
        button=_("移动单位"),
        back=_url(pk),
        done=_("已移动单位"),
        to=_url(pk),
    )


@requires(permissions.UNIT_MANAGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the unit; refused while somebody belongs to it."""
    unit = _unit(request, pk)
    return _act(
        request,
        forms.CloseForm(request.POST or None),
        lambda data: services.close_unit(actor=actor_of(request), unit=unit, **data),
        title=_("撤销“%(name)s”") % {"name": unit.name},
        button=_("撤销单位"),
        back=_url(pk),
        done=_("已撤销单位"),
        to=_url(pk),
    )


@requires(permissions.UNIT_MANAGE)
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a leader or a deputy."""
    unit, actor = _unit(request, pk), actor_of(request)
    return _act(
        request,
        forms.AppointForm(actor, request.POST or None),
        lambda data: services.appoint(actor=actor, unit=unit, **data),
        title=_("任命“%(name)s”的负责人") % {"name": unit.name},
        button=_("保存任命"),
        back=_url(pk),
        done=_("已任命"),
        to=_url(pk),
    )


@requires(permissions.UNIT_MANAGE)
@require_POST
def dismiss(request: HttpRequest, pk: int, leadership: int) -> HttpResponse:
    """End a leadership today."""
    unit = _unit(request, pk)
    found = Leadership.objects.filter(pk=leadership, unit=unit).first()
    if found is None:
        raise NotFound(_("没有这项任职。"))
    services.end_leadership(actor=actor_of(request), leadership=found)
    return redirect_or_hx(request, _url(pk), text=_("已结束任职"))


def _url(pk: int) -> str:
    return reverse("people:unit", args=[pk])


def _act(
    request: HttpRequest,
    form: Any,
    act: Callable[[Mapping[str, Any]], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    **words: str,
) -> HttpResponse:
    """A page that changes a unit."""
    context = {**ACTIVE, **words}
    return act_or_form(request, form, act, done=done, to=to, template="people/form.html", context=context)
