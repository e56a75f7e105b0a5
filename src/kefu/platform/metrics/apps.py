"""The metrics app: registers its dimensions, permissions and upkeep."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    """Catalogue, query builder, dirty buckets."""

    name = "kefu.platform.metrics"
    label = "metrics"
    verbose_name = _("指标")

    def ready(self) -> None:
        """Register the dimensions that the scope tree gives, the permissions and the upkeep."""
        if not (apps.is_installed("kefu.platform.access") and apps.is_installed("kefu.platform.jobs")):
            return
        from kefu.kernel.metrics import DIMENSIONS
        from kefu.platform.metrics import dimensions, permissions

        permissions.register()
        DIMENSIONS.register_all([dimensions.TEAM, dimensions.SITE])
        if apps.is_installed("kefu.platform.jobs"):
            from kefu.platform.metrics import jobs

            assert jobs.refresh_facts
        from kefu.platform.webui.menu import MENU, MenuItem

        MENU.register(
            MenuItem(
                "metrics.list", _("指标目录"), "sigma", "metrics:list", permissions.VIEW_DEFINITION, "insight", 340
            )
        )
