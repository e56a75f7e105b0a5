"""Whose logins are these: suggestions, accepted many at a time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kefu.areas.people import permissions, services
from kefu.areas.people.engine import matching as engine
from kefu.areas.people.models import Employee
from kefu.areas.people.queries import owners
from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.webui.responses import redirect_or_hx

WHY = {
    engine.NUMBER: gettext_lazy("工号相同"),
    engine.DIGITS: gettext_lazy("工号数字相同"),
    engine.NAME: gettext_lazy("姓名相同"),
    engine.PINYIN: gettext_lazy("姓名拼音相同"),
}


@requires(permissions.AGENT_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """Logins without an owner with a suggestion each; gives those that are ticked to the number beside them."""
    actor = actor_of(request)
    people = owners.employees_to_own(actor)
    rows = owners.logins_without_owner(actor, people)
    error = ""
    if request.method == "POST":
        try:
            count = services.link_agents(actor=actor, owners=_given(request, people))
        except (InvalidInput, Conflict) as refused:
            error = str(refused.message)
        else:
            text = _("已对应 %(n)d 个坐席工号，历史通话正在归到所属班组") % {"n": count}
            return redirect_or_hx(request, reverse("people:agent_matching"), text=text)
    shown = [
        {
            "agent": row.agent,
            "number": request.POST.get(f"owner-{row.agent.pk}", row.employee.number if row.employee else ""),
            "why": WHY.get(row.why, ""),
            "is_ticked": f"{row.agent.pk}" in request.POST.getlist("agent") if error else row.employee is not None,
        }
        for row in rows[: owners.SHOWN]
    ]
    given = {
        "title": _("对应坐席"),
        "active": "people.agents",
        "rows": shown,
        "people": people[:2000],
        "suggested": sum(row.employee is not None for row in rows),
        "error": error,
    }
    return render(request, "people/agent_matching.html", given, status=422 if error else 200)


def _given(request: HttpRequest, people: list[Employee]) -> dict[int, Employee]:
    """Agent id → employee for every ticked row; raises ``InvalidInput`` for a number that is nobody's."""
    by_number = {person.number.casefold(): person for person in people}
    found: dict[int, Employee] = {}
    for pk in request.POST.getlist("agent"):
        if not pk.isdigit():
            continue
        said = request.POST.get(f"owner-{pk}", "").strip()
        person = by_number.get(said.casefold())
        if person is None:
            raise InvalidInput(_("没有工号为“%(number)s”的在职员工，请更正或取消勾选那一行。") % {"number": said})
        found[int(pk)] = person
    if not found:
        raise InvalidInput(_("请至少勾选一个坐席工号。"))
    return found
