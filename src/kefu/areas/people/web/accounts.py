"""Opening accounts for many employees at once; the passwords are shown this once."""

from __future__ import annotations

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Employee
from kefu.areas.people.queries import arranging
from kefu.areas.people.web.forms import unit_choices
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.models import Role
from kefu.platform.access.queries import scope_for, subtree_ids
from kefu.platform.access.services.tree import today
from kefu.platform.imports import export
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "people.employees"}
USER_MANAGE = "access.user:manage"


@requires(USER_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accounts(request: HttpRequest) -> HttpResponse:
    """Who has no account yet; opens accounts for those who are ticked."""
    actor = actor_of(request)
    error, roles = "", arranging.roles_to_give()
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("employee") if pk.isdigit()]
        role = next((role for role in roles if role.code == request.POST.get("role")), None)
        try:
            return _opened(request, actor, chosen, role)
        except (InvalidInput, Denied) as refused:
            error = str(refused.message)
    rows = _rows(actor, request.GET.get("unit", ""))
    picked = {int(pk) for pk in request.POST.getlist("employee") if pk.isdigit()}
    given = {
        **ACTIVE,
        "title": _("开通账号"),
        "rows": rows[: services.MOST_AT_ONCE],
        "picked": picked,
        "more": len(rows) > services.MOST_AT_ONCE,
        "most": services.MOST_AT_ONCE,
        "roles": roles,
        "role": request.POST.get("role", "agent"),
        "units": unit_choices(actor),
        "unit": request.GET.get("unit", ""),
        "roleless": arranging.leaders_without_role(today()),
        "error": error,
    }
    return render(request, "people/accounts.html", given, status=422 if error else 200)


@requires(USER_MANAGE)
@require_POST
def give_roles(request: HttpRequest) -> HttpResponse:
    """The leader's role for everybody who leads a unit and lacks it."""
    count = services.give_leaders_their_role(actor=actor_of(request))
    return redirect_or_hx(request, reverse("people:accounts"), text=_("已为 %(n)d 位负责人分派组长角色") % {"n": count})


def _rows(actor: Actor, unit: str) -> list[Employee]:
    rows = arranging.without_account(scope_for(actor, permissions.EMPLOYEE_MANAGE), today())
    if unit.isdigit():
        rows = rows.filter(unit_id__in=subtree_ids([int(unit)]))
    return list(rows[: services.MOST_AT_ONCE + 1])


def _opened(request: HttpRequest, actor: Actor, chosen: list[int], role: Role | None) -> HttpResponse:
    mine = arranging.without_account(scope_for(actor, permissions.EMPLOYEE_MANAGE), today())
    employees = list(mine.filter(pk__in=chosen).select_related("unit__node", "post"))
    if len(employees) < len(set(chosen)):
        raise InvalidInput(_("有人已经有账号或不在您的管理范围内，请刷新页面后重选。"))
    opened = services.open_accounts(actor=actor, employees=employees, role=role)
    titles = [_("单位"), _("姓名"), _("账号"), _("初始密码"), _("角色")]
    rows = [[o.employee.unit.name, o.employee.name, o.username, o.password, "、".join(o.roles)] for o in opened]
    file = base64.b64encode(export.to_csv(titles, rows)).decode("ascii")
    given = {**ACTIVE, "title": _("已开通账号"), "opened": opened, "file": f"data:text/csv;charset=utf-8;base64,{file}"}
    return render(request, "people/accounts_opened.html", given)
