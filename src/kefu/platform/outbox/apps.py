"""The outbox app."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Registers the permission and imports the packages whose modules subscribe handlers."""

    name = "kefu.platform.outbox"
    label = "outbox"
    verbose_name = _("事件投递")

    def ready(self) -> None:
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.outbox import panels, permissions, personal, tasks  # noqa: F401
        from kefu.platform.webui.menu import MENU, MenuItem

        panels.register()
        PERMISSIONS.register_all(permissions.ALL)
        MENU.register(
            MenuItem(
                "outbox.deliveries",
                _("事件投递"),
                "workflow",
                "outbox:deliveries",
                permissions.MANAGE,
                section="system",
                order=70,
                mobile=False,
            )
        )
        for package in getattr(settings, "OUTBOX_HANDLER_PACKAGES", ()):
            root = import_module(package)
            for module in pkgutil.walk_packages(root.__path__, f"{package}."):
                import_module(module.name)
        personal.register()
