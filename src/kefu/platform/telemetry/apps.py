"""Telemetry as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TelemetryConfig(AppConfig):
    """Imports each app's ``gauges`` module."""

    name = "kefu.platform.telemetry"
    verbose_name = _("运行监测")

    def ready(self) -> None:
        """Find the gauges that apps offer."""
        autodiscover_modules("gauges")
