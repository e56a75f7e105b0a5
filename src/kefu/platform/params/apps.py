"""The params app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParamsConfig(AppConfig):
    """Registers the permissions; rooms register their own parameters."""

    name = "kefu.platform.params"
    label = "params"
    verbose_name = _("参数")

    def ready(self) -> None:
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.api.registry import add_router
        from kefu.platform.params import permissions, personal
        from kefu.platform.params.api import router
        from kefu.platform.params.web import palette
        from kefu.platform.webui.menu import MENU, MenuItem

        PERMISSIONS.register_all(permissions.ALL)
        permissions.grant()
        palette.register()
        MENU.register(
            MenuItem(
                "params.params",
                _("参数"),
                "sliders-horizontal",
                "params:params",
                permissions.VIEW,
                section="system",
                order=50,
                mobile=False,
            )
        )
        add_router("params", router, tag="params")
        personal.register()
