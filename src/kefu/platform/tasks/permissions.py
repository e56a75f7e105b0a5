"""Who may see, open, do, steer and check tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.permissions import Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW = "tasks.task:view"
OPEN = "tasks.task:open"
WORK = "tasks.task:work"
STEER = "tasks.task:steer"
VERIFY = "tasks.task:verify"

ALL = (
    Permission(VIEW, _("查看任务")),  # type: ignore[arg-type]
    Permission(OPEN, _("建立任务")),  # type: ignore[arg-type]
    Permission(WORK, _("领取和处理任务")),  # type: ignore[arg-type]
    Permission(STEER, _("转交、调整期限、取消和重新打开任务")),  # type: ignore[arg-type]
    Permission(VERIFY, _("复核任务")),  # type: ignore[arg-type]
)


def grant() -> None:
    """Whom the built-in roles let do what."""
    own, unit, site, every = ScopeLevel.OWN, ScopeLevel.UNIT, ScopeLevel.SITE, ScopeLevel.ALL
    for role in ("agent", "planner", "quality", "analyst"):
        default_grants(role, {VIEW: own, OPEN: own, WORK: own})
    for role, level in (("leader", unit), ("shift_manager", site), ("manager", every)):
        default_grants(role, {VIEW: level, OPEN: level, WORK: level, STEER: level, VERIFY: level})
    default_grants("auditor", {VIEW: every})
