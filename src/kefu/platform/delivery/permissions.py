"""Who may look after what leaves the house."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

MESSAGE_VIEW = "delivery.message:view"
MESSAGE_MANAGE = "delivery.message:manage"
CHANNEL_MANAGE = "delivery.channel:manage"
WEBHOOK_MANAGE = "delivery.webhook:manage"


def register() -> None:
    """Declare them and who holds them from the start."""
    PERMISSIONS.register_all(
        [
            Permission(MESSAGE_VIEW, _("查看邮件、短信的发送记录"), scoped=False),
            Permission(MESSAGE_MANAGE, _("重发、放弃邮件和短信"), scoped=False),
            Permission(CHANNEL_MANAGE, _("设置短信网关、测试发送"), scoped=False),
            Permission(WEBHOOK_MANAGE, _("管理事件推送地址"), scoped=False),
        ]
    )
    default_grants("manager", {MESSAGE_VIEW: ScopeLevel.ALL, MESSAGE_MANAGE: ScopeLevel.ALL})
    default_grants("auditor", {MESSAGE_VIEW: ScopeLevel.ALL})
