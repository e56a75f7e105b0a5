"""The metrics app: registers its dimensions, permissions and upkeep."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    """Catalogue, query builder, dirty buckets."""

    name = "kefu.platform.metrics"
    label = "metrics"
    verbose_name = _("指标")

    def ready(self) -> None:
        """Register the dimensions that the scope tree gives, the permissions and the upkeep."""
        from kefu.kernel.metrics import DIMENSIONS
        from kefu.platform.metrics import dimensions, jobs, permissions, personal  # noqa: F401 (jobs registers the upkeep)

        permissions.register()
        DIMENSIONS.register_all([dimensions.TEAM, dimensions.SITE])
        from kefu.platform.api.registry import add_router
        from kefu.platform.metrics.api import router
        from kefu.platform.metrics.web import palette
        from kefu.platform.webui.menu import MENU, MenuItem

        add_router("metrics", router)

        palette.register()
        MENU.register(
            MenuItem(
                "metrics.list", _("指标目录"), "sigma", "metrics:list", permissions.VIEW_DEFINITION, "insight", 340
            )
        )
        personal.register()
