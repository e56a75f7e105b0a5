"""The clocks app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    """Registers permissions, notices and pages; other apps declare their kinds of clock in their own ``ready``."""

    name = "kefu.platform.clocks"
    label = "clocks"
    verbose_name = _("时限")

    def ready(self) -> None:
        """Put the app's parts into the registries."""
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.clocks import labels, notices, permissions, personal
        from kefu.platform.clocks.web import menu

        PERMISSIONS.register_all(permissions.ALL)
        permissions.grant()
        labels.register()
        notices.register()
        menu.register()
        personal.register()
