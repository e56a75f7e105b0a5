"""The pages of chains: all kinds, and one with its editor, its dry run and its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.access.models import User
from kefu.platform.approvals import queries, services
from kefu.platform.approvals.choices import FactType, Mode, Operator
from kefu.platform.approvals.permissions import CHAIN_CHANGE, CHAIN_VIEW
from kefu.platform.approvals.presenting import level_label
from kefu.platform.approvals.registry import APPROVAL_KINDS, ApprovalKind
from kefu.platform.approvals.rules import AMOUNT, FactSpec, Rule, read_value
from kefu.platform.approvals.services.chains import check_rules
from kefu.platform.approvals.web import drafts
from kefu.platform.approvals.web.forms import TryForm
from kefu.platform.webui.responses import redirect_or_hx

ACTIVE = {"active": "approvals.chains"}
MOST_PEOPLE = 1000


@require_safe
@requires(CHAIN_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of request with its chain in words."""
    found = queries.chains_in_force(kind.code for kind in APPROVAL_KINDS)
    rows = []
    for kind in sorted(APPROVAL_KINDS, key=lambda each: each.code):
        version = found.get(kind.code)
        changed = version is not None and not version.is_declared
        rules = version.chain if version is not None and changed else kind.rules
        rows.append({"kind": kind, "rules": [described(kind, rule) for rule in rules], "is_changed": changed})
    return render(request, "approvals/chains.html", {**ACTIVE, "title": _("审批流程"), "rows": rows})


@requires(CHAIN_VIEW)
def detail(request: HttpRequest, kind: str) -> HttpResponse:
    """One chain: an editor for whoever may change it, who would decide a request, and the history."""
    declared = APPROVAL_KINDS.find(kind)
    if declared is None:
        raise NotFound(_("没有这种申请。"))
    actor = actor_of(request)
    may_change = access.has_permission(actor, CHAIN_CHANGE)
    version = services.chain_for(kind)
    posted = request.method == "POST"
    op = request.POST.get("op", "") if posted else ""
    if op not in ("", "try") and not may_change:
        raise Denied(_("您没有修改审批流程的权限。"))
    is_draft = posted and may_change
    draft = drafts.read(request.POST) if is_draft else drafts.from_rules(version.chain)
    expected = _number(request.POST.get("version", "")) if is_draft else version.version
    fault: InvalidInput | None = None
    if op == "save":
        try:
            services.change_chain(
                actor=actor,
                kind=kind,
                rules=drafts.to_rules(draft),
                expected_version=expected,
                reason=request.POST.get("reason", ""),
            )
        except InvalidInput as error:
            fault = error
        else:
            return redirect_or_hx(request, reverse("approvals:chain", args=[kind]), text=_("已保存审批流程"))
    elif op and op != "try":
        drafts.change(draft, op)
    try_form = TryForm(_people(actor), declared.has_amount, request.POST if op == "try" else None, prefix="try")
    outcome: dict[str, Any] = {}
    if op == "try" and try_form.is_valid():
        try:
            outcome = _tried(declared, drafts.to_rules(draft), request, try_form.cleaned_data)
        except InvalidInput as error:
            fault = error
    context = {
        **ACTIVE,
        "title": str(declared.label),
        "kind": declared,
        "version": version,
        "expected": expected,
        "draft": draft,
        "is_changed_draft": is_draft and draft != drafts.from_rules(version.chain),
        "may_change": may_change,
        "fault": fault,
        "fault_rule": _number(fault.field.split(".")[1]) if fault and fault.field.count(".") else None,
        "reason": request.POST.get("reason", "") if is_draft else "",
        "fields": list(declared.fields.values()),
        "facts": [(spec, request.POST.get(f"fact-{spec.code}", "")) for spec in declared.facts],
        "operators": Operator.choices,
        "modes": Mode.choices,
        "audiences": [pair for pair in access.responsible_choices() if pair[0] != "self"],
        "rules": [described(declared, rule) for rule in version.chain],
        "try_form": try_form,
        "outcome": outcome,
        "history": [
            {"row": row, "rules": [described(declared, rule) for rule in row.chain]}
            for row in queries.chain_history(kind)[:50]
        ],
    }
    status = 422 if fault is not None or try_form.errors else 200
    return render(request, "approvals/chain.html", context, status=status)


def described(kind: ApprovalKind, rule: Rule) -> dict[str, Any]:
    """A rule in words."""
    conditions = []
    for condition in rule.conditions:
        spec = kind.fields.get(condition.field)
        label = str(spec.label) if spec else condition.field
        options = dict(spec.options) if spec else {}
        conditions.append(f"{label} {condition.operator.label} {options.get(condition.value, condition.value)}")
    steps = []
    for step in rule.steps:
        words = level_label(step.who)
        if step.mode is Mode.ALL:
            words += f"（{Mode.ALL.label}）"
        steps.append(words)
    return {"name": rule.name, "conditions": conditions, "steps": steps}


def _tried(kind: ApprovalKind, rules: tuple[Rule, ...], request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """Who would decide such a request now."""
    check_rules(kind, rules)
    requester = _number(given["requester"])
    subject = _number(given["subject"])
    person = User.objects.filter(pk=subject or requester or 0).first()
    found = queries.preview(
        rules,
        requester_id=requester,
        subject_id=subject,
        node_id=person.home_node_id if person else None,
        amount=given.get(AMOUNT.code),
        facts={spec.code: _fact(spec, request.POST.get(f"fact-{spec.code}", "")) for spec in kind.facts},
        at=clock.now(),
    )
    return {
        "position": found.position + 1,
        "rule": described(kind, found.rule),
        "steps": [
            {
                "label": level_label(step.spec.who),
                "instead": level_label(step.answer.asked)
                if step.answer.asked and step.answer.asked != step.spec.who
                else "",
                "is_skipped": step.is_skipped,
                "mode": step.spec.mode,
                "people": "、".join(user.display_name for user in step.people),
            }
            for step in found.steps
        ],
    }


def _fact(spec: FactSpec, text: str) -> Any:
    text = text.strip()[:200]
    if not text:
        return None
    if spec.type is FactType.LIST:
        return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    value = read_value(text, spec.type)
    if value is None:
        raise InvalidInput(
            _("“%(field)s”的值无法识别，请填写%(type)s。") % {"field": spec.label, "type": spec.type.label},
            field=f"fact-{spec.code}",
        )
    return value


def _people(viewer: Actor) -> list[tuple[str, str]]:
    rows = access.users_visible_to(viewer).filter(is_active=True).order_by("display_name", "pk")[:MOST_PEOPLE]
    return [(str(user.pk), f"{user.display_name}（{user.username}）") for user in rows]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
