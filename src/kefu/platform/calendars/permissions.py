"""Who may read and change calendars."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW = "calendars.calendar:view"
CHANGE = "calendars.calendar:change"

ALL = (
    Permission(VIEW, _("查看工作日历"), scoped=False),  # type: ignore[arg-type]
    Permission(CHANGE, _("修改工作日历"), scoped=False),  # type: ignore[arg-type]
)

for _role in ("leader", "shift_manager", "planner", "quality", "analyst", "manager", "auditor"):
    default_grants(_role, {VIEW: ScopeLevel.ALL})
for _role in ("planner", "manager"):
    default_grants(_role, {CHANGE: ScopeLevel.ALL})
