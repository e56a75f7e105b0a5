"""A page that does one thing: the people room's form around the kit's ``act_or_form``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kefu.areas.people import queries
from kefu.areas.people.models import Employee, Unit
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of
from kefu.platform.access.services.tree import today
from kefu.platform.webui.forms import act_or_form


def act(
    request: HttpRequest,
    form: Any,
    do: Callable[[Mapping[str, Any]], Any],
    *,
    active: str,
    title: str,
    button: str,
    back: str,
    done: str,
    to: str | Callable[[Any], str],
    **context: Any,
) -> HttpResponse:
    """Show ``form`` under ``title``, or ``do`` it and go ``to`` the next page, saying ``done``."""
    words = {"active": active, "title": title, "button": button, "back": back, **context}
    return act_or_form(request, form, do, done=done, to=to, template="people/form.html", context=words)


def day_of(request: HttpRequest, name: str = "on") -> date:
    """The day that the address names; today when it names none."""
    try:
        return parse_date(request.GET.get(name, "")) or today()
    except ValueError:
        return today()


def number_of(request: HttpRequest, name: str) -> int | None:
    """The key that the address names, if it is one."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def unit_of(request: HttpRequest, pk: int) -> Unit:
    """The unit, if the viewer sees it."""
    found = queries.units_visible_to(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这个单位，或者您无权查看。"))
    return found


def employee_of(request: HttpRequest, number: str) -> Employee:
    """The employee, if the viewer sees them."""
    found = queries.employees(actor_of(request)).filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这名员工，或者您无权查看。"))
    return found
