"""The application that draws every page."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebuiConfig(AppConfig):
    """Pages, kit, tables and forms."""

    name = "kefu.platform.webui"
    verbose_name = _("页面")

    def ready(self) -> None:
        """Put the kit into the menu."""
        from kefu.platform.access import permissions
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

        SECTIONS.register(MenuSection("home", _("首页"), "house", 5))
        MENU.register(MenuItem("home", _("首页"), "house", "webui:home", "", "home", 5))
        MENU.register(
            MenuItem(
                "system.kit", _("组件库"), "layout-grid", "webui:kit", permissions.ROLE_MANAGE, "system", 990, False
            )
        )
