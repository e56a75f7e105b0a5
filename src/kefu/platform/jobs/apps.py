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
        from kefu.platform.jobs import panels, permissions, personal, tasks, upkeep  # noqa: F401
        from kefu.platform.jobs.api import router
        from kefu.platform.webui.menu import MENU, MenuItem

        PERMISSIONS.register_all(permissions.ALL)
        panels.register()
        MENU.register(
            MenuItem(
                "jobs.jobs",
                _("后台任务"),
                "list-checks",
                "jobs:jobs",
                permissions.VIEW_ALL,
                section="system",
                order=60,
                mobile=False,
            )
        )
        add_router("jobs", router, tag="jobs")
        autodiscover_modules("jobs")
        personal.register()
