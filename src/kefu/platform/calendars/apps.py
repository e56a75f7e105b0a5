"""The calendars app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    """Registers permissions, the page and the API."""

    name = "kefu.platform.calendars"
    label = "calendars"
    verbose_name = _("工作日历")

    def ready(self) -> None:
        """Put the app's parts into the registries."""
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.api.registry import add_router
        from kefu.platform.calendars import permissions, personal
        from kefu.platform.calendars.api import router
        from kefu.platform.calendars.web import checklist
        from kefu.platform.webui.menu import MENU, MenuItem

        PERMISSIONS.register_all(permissions.ALL)
        checklist.register()
        add_router("calendars", router, tag="calendars")
        MENU.register(
            MenuItem(
                "calendars.calendars",
                _("工作日历"),
                "calendar-days",
                "calendars:calendars",
                permissions.VIEW,
                section="system",
                order=40,
                mobile=False,
            )
        )
        personal.register()
