"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Units, employees, agents."""

    name = "kefu.areas.people"
    verbose_name = _("组织人员")

    def ready(self) -> None:
        """Declare permissions and events."""
        from kefu.areas.people import events, permissions  # noqa: F401

        permissions.register()
