"""The jobs app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Registers the permissions and imports each app's ``jobs`` module."""

    name = "kefu.platform.jobs"
    label = "jobs"
    verbose_name = _("后台任务")

    def ready(self) -> None:
        from kefu.kernel.permissions import PERMISSIONS
        from kefu.platform.api.registry import add_router
        from kefu.platform.jobs import permissions, tasks, upkeep  # noqa: F401
        from kefu.platform.jobs.api import router

        PERMISSIONS.register_all(permissions.ALL)
        add_router("jobs", router, tag="jobs")
        autodiscover_modules("jobs")
