"""The chains: in force, and changed from now on for requests that are submitted from then on."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access import queries as access_queries
from kefu.platform.access import services as access
from kefu.platform.approvals import queries
from kefu.platform.approvals.models import ChainVersion
from kefu.platform.approvals.permissions import CHAIN_CHANGE
from kefu.platform.approvals.registry import APPROVAL_KINDS, ApprovalKind
from kefu.platform.approvals.rules import MOST_CONDITIONS, MOST_RULES, MOST_STEPS, Rule, as_data, fault_of


def chain_for(kind: str) -> ChainVersion:
    """The version by which a request of that kind is decided now.

    What the room declares is written down when it is first needed, and again when a new release declares something
    else and nobody has set the chain.
    """
    declared = APPROVAL_KINDS.get(kind)
    found = queries.chain_in_force(kind)
    data = as_data(declared.rules)
    if found is not None and (not found.is_declared or found.rules == data):
        return found
    try:
        with transaction.atomic():
            return ChainVersion.objects.create(
                kind=kind,
                version=(found.version if found else 0) + 1,
                rules=data,
                created_at=clock.now(),
                is_declared=True,
            )
    except IntegrityError:
        return chain_for(kind)


def change_chain(
    *, actor: Actor, kind: str, rules: Sequence[Rule], expected_version: int | None = None, reason: str = ""
) -> ChainVersion:
    """Decide requests of that kind that are submitted from now on by these rules; running ones keep theirs.

    Raises ``InvalidInput`` for rules that cannot be and ``Conflict`` when somebody changed them since
    ``expected_version``.
    """
    access.authorise(actor, CHAIN_CHANGE)
    if kind not in APPROVAL_KINDS:
        raise NotFound(_("没有这种申请。"))
    check_rules(APPROVAL_KINDS.get(kind), rules)
    reason = reason.strip()
    if len(reason) > 200:
        raise InvalidInput(_("原因最多 200 个字。"), field="reason")
    before = chain_for(kind)
    if expected_version is not None and expected_version != before.version:
        raise _conflict()
    try:
        with transaction.atomic():
            row = ChainVersion.objects.create(
                kind=kind,
                version=before.version + 1,
                rules=as_data(rules),
                created_at=clock.now(),
                changed_by_id=actor.user_id,
                changed_by_label=actor.label[:150],
                reason=reason,
            )
            auditing.record(
                actor=actor,
                action="approvals.chain:change",
                target=f"approvals.chain:{kind}",
                before={"version": before.version, "rules": before.rules},
                after={"version": row.version, "rules": row.rules},
                reason=reason,
            )
    except IntegrityError:
        raise _conflict() from None
    return row


def check_rules(kind: ApprovalKind, rules: Sequence[Rule]) -> None:
    """Raise ``InvalidInput`` (``field`` as ``rules.1.steps.0``) for rules by which no request could be decided."""
    if not rules:
        raise InvalidInput(_("至少需要一条规则。"), field="rules")
    if len(rules) > MOST_RULES:
        raise InvalidInput(_("最多 %(n)s 条规则。") % {"n": MOST_RULES}, field="rules")
    known = {code for code, _label in access_queries.responsible_choices()}
    for place, rule in enumerate(rules):
        where = f"rules.{place}"
        if len(rule.name) > 60:
            raise InvalidInput(_("规则名称最多 60 个字。"), field=where)
        if not 1 <= len(rule.steps) <= MOST_STEPS:
            raise InvalidInput(_("每条规则需要 1 到 %(n)s 个步骤。") % {"n": MOST_STEPS}, field=where)
        if len(rule.conditions) > MOST_CONDITIONS:
            raise InvalidInput(_("每条规则最多 %(n)s 个条件。") % {"n": MOST_CONDITIONS}, field=where)
        if not rule.conditions and place < len(rules) - 1:
            raise InvalidInput(_("没有条件的规则只能放在最后，否则它后面的规则永远不会用到。"), field=where)
        for number, condition in enumerate(rule.conditions):
            fault = fault_of(condition, kind.fields)
            if fault:
                raise InvalidInput(fault, field=f"{where}.conditions.{number}")
        for number, step in enumerate(rule.steps):
            if step.who not in known or step.who == "self":
                raise InvalidInput(_("请选择由谁审批。"), field=f"{where}.steps.{number}")
    if rules[-1].conditions:
        raise InvalidInput(_("最后一条规则不能带条件，这样每个申请都能找到审批人。"), field=f"rules.{len(rules) - 1}")


def _conflict() -> Conflict:
    return Conflict(_("审批流程刚被别人修改过，您的修改没有保存。请查看最新内容后再改。"), code="chain_changed")
