"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """The vault of personal values."""

    name = "kefu.platform.privacy"
    verbose_name = _("个人信息保护")

    def ready(self) -> None:
        """Declare the permissions."""
        from kefu.platform.privacy import permissions, personal

        permissions.register()
        personal.register()
