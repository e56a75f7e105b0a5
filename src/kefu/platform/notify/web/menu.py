"""The pages of notices in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection


def register() -> None:
    """A section of its own, for everybody."""
    SECTIONS.register(MenuSection("inbox", _("通知"), "bell", 890))
    MENU.register_all(
        [
            MenuItem("notify.inbox", _("收件箱"), "inbox", "notify:inbox", section="inbox", order=10, key="i"),
            MenuItem("notify.preferences", _("通知设置"), "bell-off", "notify:preferences", section="inbox", order=20),
        ]
    )
