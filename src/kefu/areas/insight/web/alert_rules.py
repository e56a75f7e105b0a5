"""Pages of the rules: the list, and the editor with its dry run on history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.models import AlertRule
from kefu.areas.insight.web.alert_forms import RuleForm, suggested
from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput
from kefu.platform.access import queries as access
from kefu.platform.access import services as access_services
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.webui.responses import redirect_or_hx

SHOWN = 60


@require_safe
@requires(permissions.VIEW_RULE)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its condition and how many of its alerts stand."""
    standing: dict[int, int] = {}
    for pk in queries.alerts_for(actor_of(request)).filter(cleared_at=None).values_list("rule_id", flat=True):
        standing[pk] = standing.get(pk, 0) + 1
    lines = [
        {
            "rule": rule,
            "metric": queries.metric_name(rule.metric),
            "condition": queries.condition_text(rule),
            "scope": queries.scope_text(rule),
            "standing": standing.get(rule.pk, 0),
        }
        for rule in AlertRule.objects.order_by("-is_active", "code")
    ]
    context = {
        "title": _("告警规则"),
        "active": "insight.alert_rules",
        "lines": lines,
        "may_change": access.has_permission(actor_of(request), permissions.CHANGE_RULE),
    }
    return render(request, "insight/alert_rules.html", context)


@requires(permissions.CHANGE_RULE)
def new(request: HttpRequest) -> HttpResponse:
    """A new rule; ``?metric=`` proposes limits from the metric's goal."""
    form = RuleForm(None, request.POST or None)
    form.initial.update(suggested(request.GET.get("metric", "")))
    return _edit(request, None, form)


@requires(permissions.VIEW_RULE)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: to change it where that is allowed, and to try it on the last thirty days."""
    if request.method == "POST" and not access.has_permission(actor_of(request), permissions.CHANGE_RULE):
        access_services.authorise(actor_of(request), permissions.CHANGE_RULE)
    row = queries.rule_by_code(code)
    return _edit(request, row, RuleForm(row, request.POST or None))


@require_POST
@requires(permissions.CHANGE_RULE)
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a rule on or off."""
    row = services.set_active(actor=actor_of(request), code=code, is_active=request.POST.get("on") == "1")
    text = _("已启用规则") if row.is_active else _("已停用规则")
    return redirect_or_hx(request, reverse("insight:alert_rules"), text=text)


def _edit(request: HttpRequest, row: AlertRule | None, form: RuleForm) -> HttpResponse:
    actor = actor_of(request)
    tried: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        given = form.given()
        try:
            if "try" in request.POST:
                services.check_rule(given)
                tried = _try(AlertRule(**given.row()))
            else:
                saved = services.save_rule(
                    actor=actor,
                    given=given,
                    code=row.code if row else form.cleaned_data["code"],
                    is_new=row is None,
                    expected_version=form.cleaned_data.get("version") if row else None,
                )
                address = reverse("insight:alert_rule", args=[saved.code])
                return redirect_or_hx(request, address, text=_("已保存规则"))
        except InvalidInput as error:
            form.add_domain_error(error)
    elif request.method == "GET" and row is not None and request.GET.get("try"):
        tried = _try(row)
    context = {
        "title": row.label if row else _("新建告警规则"),
        "active": "insight.alert_rules",
        "form": form,
        "rule": row,
        "may_change": access.has_permission(actor, permissions.CHANGE_RULE),
        "condition": queries.condition_text(row) if row else "",
        "scope": queries.scope_text(row) if row else "",
        "metric": queries.metric_name(row.metric) if row else "",
        **tried,
    }
    return render(request, "insight/alert_rule.html", context, status=422 if form.errors else 200)


def _try(rule: AlertRule) -> dict[str, Any]:
    run = queries.dry_run(rule, clock.now())
    lines = [
        {
            "member": member.name or _("全中心"),
            "at": episode.fired.at,
            "until": episode.cleared_at,
            "value": queries.value_text(rule.metric, episode.fired.value),
            "n": episode.fired.n,
        }
        for member, episode in run.episodes[:SHOWN]
    ]
    return {"run": run, "tried": lines, "more": max(run.count - SHOWN, 0), "has_try": True}
