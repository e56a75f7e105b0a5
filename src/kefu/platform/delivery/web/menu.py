"""The pages of delivery in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.delivery import permissions
from kefu.platform.webui.menu import MENU, MenuItem


def register() -> None:
    """Put them under system."""
    MENU.register_all(
        [
            MenuItem(
                "delivery.messages",
                _("发送记录"),
                "send",
                "delivery:messages",
                permissions.MESSAGE_VIEW,
                "system",
                72,
                False,
            ),
            MenuItem(
                "delivery.channels",
                _("邮件与短信"),
                "mail",
                "delivery:channels",
                permissions.CHANNEL_MANAGE,
                "system",
                74,
                False,
            ),
            MenuItem(
                "delivery.webhooks",
                _("事件推送"),
                "webhook",
                "delivery:webhooks",
                permissions.WEBHOOK_MANAGE,
                "system",
                76,
                False,
            ),
        ]
    )
