"""The pages of agents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Agent
from kefu.areas.people.web import forms
from kefu.areas.people.web.tables import AgentTable
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import scope_for
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page

ACTIVE = {"active": "people.agents"}


def _agent(request: HttpRequest, pk: int) -> Agent:
    found = queries.agents_visible_to(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这个坐席工号，或者您无权查看。"))
    return found


@requires(permissions.AGENT_VIEW)
def listing(request: HttpRequest) -> HttpResponseBase:
    """All telephone logins that the viewer sees."""
    return table_page(request, AgentTable(request), context={**ACTIVE, "title": _("坐席")})


@requires(permissions.AGENT_VIEW)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose login it is; who may manage it can change that here."""
    agent, actor = _agent(request, pk), actor_of(request)
    unit = agent.employee.unit_id if agent.employee else None
    may_manage = scope_for(actor, permissions.AGENT_MANAGE).covers_node(unit)
    initial = {"name": agent.name, "employee": agent.employee.number if agent.employee else ""}
    form = forms.AgentForm(actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_agent(actor=actor, agent=agent, name=form.cleaned_data["name"])
            services.link_agent(actor=actor, agent=agent, employee=form.cleaned_data["employee"])
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, reverse("people:agents"), text=_("已保存坐席"))
    return render(
        request,
        "people/agent.html",
        {**ACTIVE, "title": agent.code, "agent": agent, "form": form, "may_manage": may_manage},
        status=422 if form.errors else 200,
    )


@requires(permissions.AGENT_MANAGE)
@require_POST
def set_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a login, or take it into use again."""
    agent = _agent(request, pk)
    agent = services.set_agent_active(actor=actor_of(request), agent=agent, is_active=not agent.is_active)
    text = _("已启用坐席工号") if agent.is_active else _("已停用坐席工号")
    return redirect_or_hx(request, reverse("people:agent", args=[pk]), text=text)
