"""Who may see, steer and decide requests, and who sets the chains."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import BUILTIN_ROLES, default_grants

VIEW = "approvals.request:view"
DECIDE = "approvals.request:decide"
STEER = "approvals.request:steer"
CHAIN_VIEW = "approvals.chain:view"
CHAIN_CHANGE = "approvals.chain:change"

ALL = (
    Permission(VIEW, _("查看范围内的申请")),  # type: ignore[arg-type]
    Permission(DECIDE, _("审批、提交和撤回申请（令牌使用）"), scoped=False),  # type: ignore[arg-type]
    Permission(STEER, _("把无人处理的申请转到上一级")),  # type: ignore[arg-type]
    Permission(CHAIN_VIEW, _("查看审批流程"), scoped=False),  # type: ignore[arg-type]
    Permission(CHAIN_CHANGE, _("修改审批流程"), scoped=False),  # type: ignore[arg-type]
)
"""A person decides because a step names them; ``DECIDE`` only bounds what a token of theirs may do."""


def grant() -> None:
    """Whom the built-in roles let see and steer what."""
    every = ScopeLevel.ALL
    for role in BUILTIN_ROLES:
        if not role.holds_everything:
            default_grants(role.code, {DECIDE: every})
    default_grants("leader", {VIEW: ScopeLevel.UNIT})
    default_grants("shift_manager", {VIEW: ScopeLevel.SITE, CHAIN_VIEW: every})
    default_grants("manager", {VIEW: every, STEER: every, CHAIN_VIEW: every, CHAIN_CHANGE: every})
    default_grants("auditor", {VIEW: every, CHAIN_VIEW: every})
