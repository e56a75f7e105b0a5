"""The api app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Holds the keys of requests that may be repeated; rooms add their routers."""

    name = "kefu.platform.api"
    label = "api"
    verbose_name = _("开放接口")
