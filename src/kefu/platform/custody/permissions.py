"""Who may see the inventory, answer requests, hold data and let them go."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

REGISTRY_VIEW = "privacy.registry:view"
REQUEST_VIEW = "privacy.request:view"
REQUEST_RECORD = "privacy.request:record"
REQUEST_EXECUTE = "privacy.request:execute"
HOLD_MANAGE = "privacy.hold:manage"
RETENTION_RUN = "privacy.retention:run"


def register() -> None:
    """Declare them. Nobody executes what they recorded, whatever they hold."""
    PERMISSIONS.register_all(
        [
            Permission(REGISTRY_VIEW, _("查看个人信息清单和到期清理"), scoped=False),
            Permission(REQUEST_VIEW, _("查看个人信息请求"), scoped=False),
            Permission(REQUEST_RECORD, _("登记个人信息请求"), scoped=False),
            Permission(REQUEST_EXECUTE, _("办理他人登记的个人信息请求"), scoped=False),
            Permission(HOLD_MANAGE, _("设置和解除法律保全"), scoped=False),
            Permission(RETENTION_RUN, _("提前执行到期清理"), scoped=False),
        ]
    )
    everything = ScopeLevel.ALL
    default_grants("auditor", {REGISTRY_VIEW: everything, REQUEST_VIEW: everything, REQUEST_RECORD: everything})
    default_grants(
        "manager",
        {
            REGISTRY_VIEW: everything,
            REQUEST_VIEW: everything,
            REQUEST_RECORD: everything,
            REQUEST_EXECUTE: everything,
            HOLD_MANAGE: everything,
        },
    )
