"""The application that draws every page."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebuiConfig(AppConfig):
    """Pages, kit, tables and forms."""

    name = "kefu.platform.webui"
    verbose_name = _("页面")
