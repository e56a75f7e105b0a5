"""The insight room: registers its permissions, menu and the rule for the wallboard's topics."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """Wallboard and reports."""

    name = "kefu.areas.insight"
    label = "insight"
    verbose_name = _("运营分析")

    def ready(self) -> None:
        """Register what the room offers."""
        from kefu.areas.insight import permissions, queries
        from kefu.areas.insight.choices import WALL_TOPICS
        from kefu.platform.audit import labels
        from kefu.platform.live.registry import topic_rule
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

        permissions.register()
        labels.register({"insight.report:export": _("导出报表")})
        topic_rule(WALL_TOPICS, authorise=queries.may_watch)
        SECTIONS.register(MenuSection("wall", _("大屏"), "layout-dashboard", 300))
        SECTIONS.register(MenuSection("insight", _("报表"), "chart-column", 310))
        reports = permissions.VIEW_REPORT
        MENU.register_all(
            [
                MenuItem(
                    "insight.wall",
                    _("运营大屏"),
                    "layout-dashboard",
                    "insight:wall",
                    permissions.VIEW_WALL,
                    "wall",
                    300,
                    key="w",
                ),
                MenuItem(
                    "insight.interval", _("时段报表"), "chart-column", "insight:interval", reports, "insight", 310
                ),
                MenuItem("insight.agents", _("坐席报表"), "users", "insight:agents", reports, "insight", 320),
                MenuItem("insight.explore", _("自助分析"), "chart-line", "insight:explore", reports, "insight", 330),
            ]
        )
