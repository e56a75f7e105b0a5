"""The live app: registers its permission and its upkeep."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    """Snapshots, tickets and the stream hub."""

    name = "kefu.platform.live"
    label = "live"
    verbose_name = _("实时推送")

    def ready(self) -> None:
        """Register the permission and the upkeep."""
        from kefu.platform.live import jobs, permissions, personal  # noqa: F401 (jobs registers the upkeep)

        permissions.register()
        from kefu.platform.webui.menu import MENU, MenuItem

        MENU.register(
            MenuItem(
                "live.status", _("实时推送"), "radio-tower", "live:status", permissions.VIEW_HUB, "system", 950, False
            )
        )
        personal.register()
