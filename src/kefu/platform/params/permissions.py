"""Who may read and change parameters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW = "params.value:view"
CHANGE = "params.value:change"

ALL = (
    Permission(VIEW, _("查看参数及其历史"), scoped=False),  # type: ignore[arg-type]
    Permission(CHANGE, _("修改参数"), scoped=False),  # type: ignore[arg-type]
)


def grant() -> None:
    """Whom the built-in roles let see and change parameters."""
    for role in ("shift_manager", "planner", "analyst", "auditor"):
        default_grants(role, {VIEW: ScopeLevel.ALL})
    default_grants("manager", {VIEW: ScopeLevel.ALL, CHANGE: ScopeLevel.ALL})
