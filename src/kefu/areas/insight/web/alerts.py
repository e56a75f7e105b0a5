"""Pages of alerts: the list, one alert with its history and chart, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.models import Alert
from kefu.areas.insight.web.alert_forms import AssignForm, NoteForm, SnoozeForm
from kefu.areas.insight.web.alert_tables import AlertTable
from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.tasks import queries as tasks
from kefu.platform.webui.responses import redirect_or_hx
from kefu.platform.webui.tables import table_page


@require_safe
@requires(permissions.VIEW_ALERT)
def alerts(request: HttpRequest) -> HttpResponseBase:
    """The alerts inside the viewer's scope."""
    may_see_rules = access.has_permission(actor_of(request), permissions.VIEW_RULE)
    context = {"title": _("告警"), "active": "insight.alerts", "may_see_rules": may_see_rules}
    return table_page(request, AlertTable(request), "insight/alerts.html", context)


@require_GET
@requires(permissions.VIEW_ALERT)
def panel(request: HttpRequest) -> HttpResponse:
    """The standing alerts as the wallboard shows them, asked for again and again."""
    return render(request, "insight/_alert_panel.html", {"standing": rows_of(queries.standing_for(actor_of(request)))})


def rows_of(found: list[Alert]) -> list[dict[str, Any]]:
    """Alerts with their words."""
    return [
        {
            "alert": alert,
            "value": queries.value_text(alert.rule.metric, alert.last_value),
            "limit": queries.value_text(alert.rule.metric, alert.limit),
        }
        for alert in found
    ]


@require_safe
@requires(permissions.VIEW_ALERT)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One alert."""
    return _page(request, queries.visible_alert(actor_of(request), number))


@require_POST
@requires(permissions.HANDLE_ALERT)
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Acknowledge, snooze or assign; a faulty form comes back on the alert's page."""
    actor = actor_of(request)
    alert = queries.visible_alert(actor, number)
    form: Form
    if verb == "acknowledge":
        form = NoteForm(request.POST, prefix=verb)
    elif verb == "snooze":
        form = SnoozeForm(request.POST, prefix=verb)
    elif verb == "assign":
        form = AssignForm(actor, request.POST, prefix=verb)
    else:
        raise NotFound(_("没有这个操作。"))
    if form.is_valid():
        given = form.cleaned_data
        try:
            if verb == "acknowledge":
                services.acknowledge(
                    actor=actor, number=number, note=given["note"], expected_version=given.get("version")
                )
                text = _("已确认告警")
            elif verb == "snooze":
                services.snooze(
                    actor=actor,
                    number=number,
                    until=given["until"],
                    note=given["note"],
                    expected_version=given.get("version"),
                )
                text = _("已暂缓提醒")
            else:
                services.assign(actor=actor, number=number, owner_id=int(given["owner"]), note=given["note"])
                text = _("已转为任务")
            return redirect_or_hx(request, reverse("insight:alert", args=[number]), text=text)
        except InvalidInput as error:
            form.add_domain_error(error)
    return _page(request, alert, form, verb)


def _page(request: HttpRequest, alert: Alert, faulty: Form | None = None, verb: str = "") -> HttpResponse:
    viewer, rule = actor_of(request), alert.rule
    may_handle = alert.cleared_at is None and access.has_permission(viewer, permissions.HANDLE_ALERT)
    may_handle = may_handle and queries.may_handle(viewer, alert)
    context: dict[str, Any] = {
        "title": f"{rule.label}",
        "active": "insight.alerts",
        "alert": alert,
        "rule": rule,
        "metric": queries.metric_name(rule.metric),
        "condition": queries.condition_text(rule),
        "values": {
            name: queries.value_text(rule.metric, getattr(alert, name))
            for name in ("value", "worst", "last_value", "limit")
        },
        "chart": queries.chart_of(alert, clock.now()),
        "history": [
            {"line": line, "audience": [access.responsible_label(code) for code in line.audience]}
            for line in queries.history_of(alert)
        ],
        "tasks": tasks.tasks_of(alert.origin),
        "may_handle": may_handle,
        "may_see_rules": access.has_permission(viewer, permissions.VIEW_RULE),
        "open_fold": verb,
    }
    if may_handle:
        versions = {"version": alert.version}
        context["acknowledge_form"] = NoteForm(initial=versions, prefix="acknowledge")
        context["snooze_form"] = SnoozeForm(initial=versions, prefix="snooze")
        context["assign_form"] = AssignForm(viewer, prefix="assign")
    if faulty is not None:
        context[f"{verb}_form"] = faulty
    return render(request, "insight/alert.html", context, status=422 if faulty is not None else 200)
