"""The pages of limits: all kinds, one with its form and history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kefu.kernel import clock as time
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.clocks import permissions, queries, services, wording
from kefu.platform.clocks.models import PolicyVersion
from kefu.platform.clocks.registry import CLOCK_KINDS
from kefu.platform.clocks.rules import Terms
from kefu.platform.clocks.web.forms import PolicyForm
from kefu.platform.webui.forms import form_response
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "clocks.policies"}
FIELDS = {"target_seconds": "target", "warn_percent": "warn", "remind_before": "remind", "escalate": "audience0"}


@require_safe
@requires(permissions.POLICY_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of clock with the limits in force."""
    found = queries.policies_at([kind.code for kind in CLOCK_KINDS], time.now())
    rows = []
    for kind in sorted(CLOCK_KINDS, key=lambda each: each.code):
        policy = found.get(kind.code)
        rows.append(
            {
                "kind": kind,
                "policy": policy,
                "is_changed": policy is not None and not policy.is_declared,
                **described(policy.terms if policy else kind.terms),
            }
        )
    return render(request, "clocks/policies.html", {**ACTIVE, "title": _("时限"), "rows": rows})


@requires(permissions.POLICY_VIEW)
def detail(request: HttpRequest, kind: str) -> HttpResponse:
    """The limits of one kind: in force, a form for whoever may change them, and their history."""
    declared = CLOCK_KINDS.find(kind)
    if declared is None:
        raise NotFound(_("没有这种时限。"))
    actor = actor_of(request)
    now = time.now()
    policy = services.policy_in_force(kind, now)
    history = queries.policy_history(kind)
    may_change = access.has_permission(actor, permissions.POLICY_CHANGE)
    form = PolicyForm(policy, history[0].version, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_policy(
                actor=actor,
                kind=kind,
                terms=form.terms(),
                calendar_id=int(given["calendar"]) if given["calendar"] else None,
                effective_at=given["effective_at"],
                expected_version=given["version"],
                reason=given["reason"],
            )
        except InvalidInput as error:
            name = FIELDS.get(error.field, error.field)
            form.add_error(name if name in form.fields else None, str(error.message))
        else:
            return redirect_or_hx(request, reverse("clocks:policy", args=[kind]), text=_("已保存时限"))
    return form_response(
        request,
        form,
        "clocks/policy.html",
        {
            **ACTIVE,
            "title": str(declared.label),
            "kind": declared,
            "policy": policy,
            "described": described(policy.terms),
            "may_change": may_change,
            "history": [_told(row, now, policy) for row in history],
        },
    )


@require_POST
@requires(permissions.POLICY_CHANGE)
def withdraw(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    """Take back a version that has not taken effect."""
    services.withdraw_policy(actor=actor_of(request), kind=kind, version=version)
    return redirect_or_hx(request, reverse("clocks:policy", args=[kind]), text=_("已撤回计划中的变更"))


def described(terms: Terms) -> dict[str, Any]:
    """The terms in words."""
    return {
        "target": wording.write_length(terms.target_seconds) or _("到期时间由事项给出"),
        "warnings": "、".join(
            [
                *(f"{percent}%" for percent in (terms.warn_percent if terms.target_seconds else ())),
                *(_("到期前 %(length)s") % {"length": wording.write_length(s)} for s in terms.remind_before),
            ]
        ),
        "levels": [
            {"after": wording.write_length(level.after_seconds), "audience": access.responsible_label(level.audience)}
            for level in terms.escalate
        ],
    }


def _told(row: PolicyVersion, now: Any, current: PolicyVersion) -> dict[str, Any]:
    return {
        "row": row,
        "is_scheduled": row.withdrawn_at is None and row.effective_at > now,
        "is_current": row.pk == current.pk,
        **described(row.terms),
    }
