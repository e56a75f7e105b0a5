"""The request for whatever has no form of its own: anybody writes what they ask for, and their leaders decide."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.choices import Operator
from kefu.platform.approvals.registry import approval_kind
from kefu.platform.approvals.rules import Condition, Rule, StepSpec

GENERAL = "approvals.general"


def register() -> None:
    """Declare it: the leader decides, larger amounts go one level further."""
    approval_kind(
        GENERAL,
        _("通用申请"),
        icon="send",
        has_amount=True,
        rules=(
            Rule(
                (StepSpec("leader"), StepSpec("upper_leader")),
                "较大金额",
                (Condition("amount", Operator.GE, "5000"),),
            ),
            Rule((StepSpec("leader"),)),
        ),
    )
