"""The pages of agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import Agent
from kefu.areas.people.web import forms
from kefu.areas.people.web.tables import AgentTable
from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import scope_for
from kefu.platform.webui.forms import act_or_form
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
    may_match = scope_for(actor_of(request), permissions.AGENT_MANAGE).everything
    context = {**ACTIVE, "title": pgettext("多个", "坐席"), "may_match": may_match}
    return table_page(request, AgentTable(request), "people/agents.html", context)


@requires(permissions.AGENT_VIEW)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose login it is; who may manage it can change that here."""
    agent, actor = _agent(request, pk), actor_of(request)
    unit = agent.employee.unit_id if agent.employee else None
    may_manage = scope_for(actor, permissions.AGENT_MANAGE).covers_node(unit)
    initial = {"name": agent.name, "employee": agent.employee.number if agent.employee else ""}

    def act(data: Mapping[str, Any]) -> None:
        services.update_agent(actor=actor, agent=agent, name=data["name"])
        services.link_agent(actor=actor, agent=agent, employee=data["employee"])

    return act_or_form(
        request,
        forms.AgentForm(actor, request.POST or None, initial=initial),
        act,
        done=_("已保存坐席"),
        to=reverse("people:agents"),
        template="people/agent.html",
        context={**ACTIVE, "title": agent.code, "agent": agent, "may_manage": may_manage},
    )


@requires(permissions.AGENT_MANAGE)
@require_POST
def set_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a login, or take it into use again."""
    agent = _agent(request, pk)
    agent = services.set_agent_active(actor=actor_of(request), agent=agent, is_active=not agent.is_active)
    text = _("已启用坐席工号") if agent.is_active else _("已停用坐席工号")
    return redirect_or_hx(request, reverse("people:agent", args=[pk]), text=text)
