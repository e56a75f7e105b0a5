"""What can be done in insight, and who may from the start. Rows are scoped by ``metrics.number:view``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW_WALL = "insight.wall:view"
VIEW_REPORT = "insight.report:view"
EXPORT_REPORT = "insight.report:export"

GRANTS: dict[str, dict[str, ScopeLevel]] = {
    "leader": {VIEW_WALL: ScopeLevel.UNIT, VIEW_REPORT: ScopeLevel.ALL},
    "shift_manager": {VIEW_WALL: ScopeLevel.SITE, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "planner": {VIEW_WALL: ScopeLevel.SITE, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "quality": {VIEW_REPORT: ScopeLevel.ALL},
    "analyst": {VIEW_WALL: ScopeLevel.ALL, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "manager": {VIEW_WALL: ScopeLevel.ALL, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
}


def register() -> None:
    """Declare the permissions and the default grants."""
    PERMISSIONS.register_all(
        [
            Permission(VIEW_WALL, _("查看运营大屏")),
            Permission(VIEW_REPORT, _("查看运营报表"), scoped=False),
            Permission(EXPORT_REPORT, _("导出运营报表"), scoped=False),
        ]
    )
    for role, grants in GRANTS.items():
        default_grants(role, grants)
