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
        from kefu.platform.calendars import permissions

        PERMISSIONS.register_all(permissions.ALL)
