"""Who may see and steer clocks, and who sets their limits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW = "clocks.clock:view"
MANAGE = "clocks.clock:manage"
POLICY_VIEW = "clocks.policy:view"
POLICY_CHANGE = "clocks.policy:change"

ALL = (
    Permission(VIEW, _("查看计时")),  # type: ignore[arg-type]
    Permission(MANAGE, _("暂停、继续、调整和取消计时")),  # type: ignore[arg-type]
    Permission(POLICY_VIEW, _("查看时限规则"), scoped=False),  # type: ignore[arg-type]
    Permission(POLICY_CHANGE, _("修改时限规则"), scoped=False),  # type: ignore[arg-type]
)


def grant() -> None:
    """Whom the built-in roles let see and change what."""
    for role in ("agent", "planner", "quality", "analyst"):
        default_grants(role, {VIEW: ScopeLevel.OWN})
    default_grants("leader", {VIEW: ScopeLevel.UNIT, POLICY_VIEW: ScopeLevel.ALL})
    default_grants("shift_manager", {VIEW: ScopeLevel.SITE, MANAGE: ScopeLevel.SITE, POLICY_VIEW: ScopeLevel.ALL})
    default_grants(
        "manager",
        {
            VIEW: ScopeLevel.ALL,
            MANAGE: ScopeLevel.ALL,
            POLICY_VIEW: ScopeLevel.ALL,
            POLICY_CHANGE: ScopeLevel.ALL,
        },
    )
    default_grants("auditor", {VIEW: ScopeLevel.ALL, POLICY_VIEW: ScopeLevel.ALL})
