"""Queues, and what the names of sources stand for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import AgentAlias, Queue, QueueAlias
from kefu.areas.calls.services.arranging import QueuePlan
from kefu.areas.calls.web.forms import AliasForm, QueueForm
from kefu.areas.calls.web.sources import source_called
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.queries import has_permission
from kefu.platform.calendars.queries import calendars
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = "calls.queues"
SHOWN = 500


@require_safe
@requires(permissions.QUEUE_VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """Every queue; those that appeared by themselves first."""
    rows = list(Queue.objects.select_related("node").order_by("is_arranged", "sort_order", "code")[:SHOWN])
    names: dict[int, list[QueueAlias]] = {}
    for alias in QueueAlias.objects.filter(queue__in=rows).select_related("source").order_by("source__code", "name"):
        names.setdefault(alias.queue_id, []).append(alias)
    known = {row.pk: row.name for row in calendars()}
    given = {
        "title": pgettext("多个", "技能队列"),
        "active": ACTIVE,
        "rows": [(row, names.get(row.pk, []), known.get(row.calendar_id or 0, "")) for row in rows],
        "may_manage": has_permission(actor_of(request), permissions.QUEUE_MANAGE),
    }
    return render(request, "calls/queues.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.QUEUE_MANAGE)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a queue."""
    queue = _queue(pk) if pk is not None else None
    fields = ("name", "node_id", "calendar_id", "target_seconds", "target_percent", "sort_order", "is_active")
    initial = {field: getattr(queue, field) for field in fields} if queue else None
    form = QueueForm(request.POST or None, initial=initial, fixed=queue is not None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        code = data.pop("code", "")
        try:
            services.save_queue(actor=actor_of(request), plan=QueuePlan(**data), queue=queue, code=code)
        except InvalidInput as error:
            form.add_domain_error(error)
        except Conflict as error:
            form.add_error(error.field or None, str(error.message))
        else:
            return redirect_or_hx(request, reverse("calls:queues"), text=_("已保存队列"))
    title = _("修改队列 %(name)s") % {"name": queue.name} if queue else _("新建队列")
    given = {"title": title, "active": ACTIVE, "button": _("保存队列"), "back": reverse("calls:queues")}
    return form_response(request, form, "calls/form.html", given)


@require_safe
@requires(permissions.QUEUE_VIEW)
def aliases(request: HttpRequest, code: str) -> HttpResponse:
    """What the names of one source stand for."""
    source = source_called(code)
    given = {
        "title": _("别名 · %(name)s") % {"name": source.name},
        "active": "calls.sources",
        "source": source,
        "queue_aliases": QueueAlias.objects.filter(source=source)
        .select_related("queue")
        .order_by("name", "starts_on")[:SHOWN],
        "agent_aliases": AgentAlias.objects.filter(source=source)
        .select_related("agent__employee")
        .order_by("name", "starts_on")[:SHOWN],
        "may_manage": has_permission(actor_of(request), permissions.QUEUE_MANAGE),
    }
    return render(request, "calls/aliases.html", given)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(permissions.QUEUE_MANAGE)
def alias(request: HttpRequest, code: str, sort: str, pk: int | None = None) -> HttpResponse:
    """Say what a name stands for, from when to when."""
    source, actor, of_agents = source_called(code), actor_of(request), sort == "agent"
    model: Any = AgentAlias if of_agents else QueueAlias
    row = model.objects.filter(source=source, pk=pk).first() if pk else None
    if pk and row is None:
        raise NotFound(_("没有这条别名。"))
    initial = None
    if row is not None:
        target = row.agent.code if of_agents else row.queue_id
        initial = {"name": row.name, "target": target, "starts_on": row.starts_on, "ends_on": row.ends_on}
    form = AliasForm(request.POST or None, initial=initial, of_agents=of_agents)
    back = reverse("calls:aliases", args=[source.code])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given: dict[str, Any] = {
            "actor": actor, "source": source, "name": row.name if row else data["name"],
            "starts_on": data["starts_on"], "ends_on": data["ends_on"], "alias_id": pk,
        }  # fmt: skip
        try:
            if of_agents:
                services.set_agent_alias(agent=_agent(data["target"]), **given)
            else:
                services.set_queue_alias(queue=_queue(int(data["target"])), **given)
        except InvalidInput as error:
            form.add_domain_error(error)
        except Conflict as error:
            form.add_error(None, str(error.message))
        else:
            return redirect_or_hx(request, back, text=_("已保存别名，正在按新的对应关系重建"))
    title = _("坐席别名") if of_agents else _("队列别名")
    context = {"title": f"{title} · {source.name}", "active": "calls.sources", "button": _("保存别名"), "back": back}
    return form_response(request, form, "calls/form.html", context)


def _agent(code: str) -> Any:
    agents: Any = AgentAlias._meta.get_field("agent").related_model
    agent = agents.objects.filter(code=code.strip(), is_active=True).first()
    if agent is None:
        raise InvalidInput(_("没有启用的坐席工号“%(code)s”。") % {"code": code}, field="target")
    return agent


def _queue(pk: int) -> Queue:
    queue = Queue.objects.filter(pk=pk).first()
    if queue is None:
        raise NotFound(_("没有这个队列。"))
    return queue
