"""What can be done with metrics: read their definitions, and read numbers of one's scope."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW_DEFINITION = "metrics.definition:view"
VIEW_NUMBER = "metrics.number:view"

ALL = (
    Permission(VIEW_DEFINITION, _("查看指标定义"), scoped=False),
    Permission(VIEW_NUMBER, _("查看运营指标")),
)

GRANTS = {
    "agent": ScopeLevel.OWN,
    "leader": ScopeLevel.UNIT,
    "shift_manager": ScopeLevel.SITE,
    "planner": ScopeLevel.SITE,
    "quality": ScopeLevel.SITE,
    "analyst": ScopeLevel.ALL,
    "manager": ScopeLevel.ALL,
    "auditor": ScopeLevel.ALL,
}


def register() -> None:
    """Declare the permissions and who holds them from the start."""
    PERMISSIONS.register_all(ALL)
    for role, level in GRANTS.items():
        default_grants(role, {VIEW_DEFINITION: ScopeLevel.ALL, VIEW_NUMBER: level})
