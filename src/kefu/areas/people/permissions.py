"""The permissions of the people room and who holds them from the start."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

UNIT_VIEW = "people.unit:view"
UNIT_MANAGE = "people.unit:manage"
EMPLOYEE_VIEW = "people.employee:view"
EMPLOYEE_MANAGE = "people.employee:manage"
EMPLOYEE_IMPORT = "people.employee:import"
AGENT_VIEW = "people.agent:view"
AGENT_MANAGE = "people.agent:manage"


def register() -> None:
    """Declare the permissions and the default grants."""
    PERMISSIONS.register_all(
        [
            Permission(UNIT_VIEW, _("查看组织架构")),
            Permission(UNIT_MANAGE, _("调整组织架构")),
            Permission(EMPLOYEE_VIEW, _("查看员工")),
            Permission(EMPLOYEE_MANAGE, _("管理员工")),
            Permission(EMPLOYEE_IMPORT, _("导入员工")),
            Permission(AGENT_VIEW, _("查看坐席工号")),
            Permission(AGENT_MANAGE, _("管理坐席工号")),
        ]
    )
    look = (UNIT_VIEW, EMPLOYEE_VIEW, AGENT_VIEW)
    change = (UNIT_MANAGE, EMPLOYEE_MANAGE, EMPLOYEE_IMPORT, AGENT_MANAGE)
    default_grants("agent", {EMPLOYEE_VIEW: ScopeLevel.OWN})
    default_grants("leader", dict.fromkeys(look, ScopeLevel.UNIT))
    for role in ("shift_manager", "planner", "quality"):
        default_grants(role, dict.fromkeys(look, ScopeLevel.SITE))
    for role in ("analyst", "auditor"):
        default_grants(role, dict.fromkeys(look, ScopeLevel.ALL))
    default_grants("manager", dict.fromkeys((*look, *change), ScopeLevel.ALL))
