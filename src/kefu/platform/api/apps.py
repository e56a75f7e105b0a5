"""The api app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Holds the keys of requests that may be repeated; rooms add their routers."""

    name = "kefu.platform.api"
    label = "api"
    verbose_name = _("开放接口")

    def ready(self) -> None:
        from kefu.platform.access import permissions
        from kefu.platform.api import personal
        from kefu.platform.webui.menu import MENU, MenuItem

        MENU.register(
            MenuItem(
                "api.docs",
                _("接口文档"),
                "book-open",
                "api-docs",
                (permissions.TOKEN_ISSUE, permissions.TOKEN_MANAGE),
                section="system",
                order=960,
                mobile=False,
            )
        )
        personal.register()
