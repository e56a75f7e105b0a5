"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    """Claiming the installation, and the checklist."""

    name = "kefu.site.setup"
    label = "setup"
    verbose_name = _("首次设置")

    def ready(self) -> None:
        """Declare the permission, the menu, the words of the audit trail and our own step."""
        from kefu.platform.audit import labels
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection
        from kefu.site.setup import permissions, queries
        from kefu.site.setup.web import steps

        permissions.register()
        labels.register(permissions.ACTIONS)
        steps.register()
        SECTIONS.register(MenuSection("setup", _("开始使用"), "list-checks", 1))
        MENU.register(
            MenuItem(
                "setup.checklist", _("开始使用"), "list-checks", "setup:checklist", permissions.USE, "setup", 1,
                is_shown=queries.is_checklist_open,
            )
        )  # fmt: skip
        MENU.register(
            MenuItem(
                "setup.again", _("首次设置"), "list-checks", "setup:checklist", permissions.USE, "system", 5, False,
                is_shown=lambda: not queries.is_checklist_open(),
            )
        )  # fmt: skip
