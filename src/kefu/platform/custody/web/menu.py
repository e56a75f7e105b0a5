"""The pages in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.custody import permissions
from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection


def register() -> None:
    """Inventory, requests, holds, retention."""
    SECTIONS.register(MenuSection("privacy", _("个人信息"), "fingerprint", 880))
    for order, (url, label, icon, permission) in enumerate(
        (
            ("custody:registry", _("个人信息清单"), "list-checks", (permissions.REGISTRY_VIEW,)),
            ("custody:requests", _("个人信息请求"), "inbox", (permissions.REQUEST_VIEW,)),
            ("custody:holds", _("法律保全"), "lock", (permissions.HOLD_MANAGE, permissions.REGISTRY_VIEW)),
            ("custody:retention", _("到期清理"), "calendar-clock", (permissions.REGISTRY_VIEW,)),
        ),
        start=1,
    ):
        MENU.register(
            MenuItem(
                f"privacy.{url.partition(':')[2]}", label, icon, url, permission, "privacy", order * 10, mobile=False
            )
        )
