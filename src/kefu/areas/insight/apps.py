"""The insight room: registers its permissions, menu and the rule for the wallboard's topics."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """Wallboard and reports."""

    name = "kefu.areas.insight"
    label = "insight"
    verbose_name = _("运营分析")

    def ready(self) -> None:
        """Register what the room offers."""
        from kefu.areas.insight import panels, permissions, queries, services
        from kefu.areas.insight.api import made_reports, router
        from kefu.areas.insight.choices import WALL_TOPICS
        from kefu.areas.insight.services import personal
        from kefu.areas.insight.web import made_setup
        from kefu.platform.api.registry import add_router
        from kefu.platform.audit import labels
        from kefu.platform.live.registry import topic_rule
        from kefu.platform.notify.registry import notice_kind
        from kefu.platform.tasks.registry import task_kind
        from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection

        permissions.register()
        labels.register(
            {
                "insight.report:export": _("导出报表"),
                "insight.alert:acknowledged": _("确认告警"),
                "insight.alert:snoozed": _("暂缓告警"),
                "insight.alert:assigned": _("把告警转为任务"),
                "insight.alert_rule:created": _("新建告警规则"),
                "insight.alert_rule:changed": _("修改告警规则"),
                "insight.alert_rule:enabled": _("启用告警规则"),
                "insight.alert_rule:disabled": _("停用告警规则"),
            }
        )
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="insight.install_builtin")
        notice_kind(services.telling.KIND, _("运营告警"), ("inbox",), icon="triangle-alert")
        notice_kind(
            services.telling.URGENT_KIND, _("紧急运营告警"), ("inbox", "mail"), urgent=True, icon="octagon-alert"
        )
        task_kind(
            services.handling.TASK_KIND,
            _("处理告警"),
            "triangle-alert",
            permission=permissions.HANDLE_ALERT,
            target_seconds=4 * 3600,
        )
        panels.register()
        add_router("alerts", router, tag="alerts")
        add_router("made-reports", made_reports.router, tag="reports")
        made_setup.register()
        topic_rule(WALL_TOPICS, authorise=queries.may_watch)
        SECTIONS.register(MenuSection("wall", _("大屏"), "layout-dashboard", 300))
        SECTIONS.register(MenuSection("alerts", _("告警"), "triangle-alert", 305))
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
                    "insight.alerts",
                    _("告警"),
                    "triangle-alert",
                    "insight:alerts",
                    permissions.VIEW_ALERT,
                    "alerts",
                    305,
                ),
                MenuItem(
                    "insight.alert_rules",
                    _("告警规则"),
                    "list-checks",
                    "insight:alert_rules",
                    permissions.VIEW_RULE,
                    "alerts",
                    306,
                ),
                MenuItem(
                    "insight.interval", _("时段报表"), "chart-column", "insight:interval", reports, "insight", 310
                ),
                MenuItem("insight.agents", _("坐席报表"), "users", "insight:agents", reports, "insight", 320),
                MenuItem("insight.explore", _("自助分析"), "chart-line", "insight:explore", reports, "insight", 330),
            ]
        )
        personal.register()


def install_after_migrate(sender: Any, **_given: Any) -> None:
    """Give a new centre its first rules."""
    from kefu.areas.insight.services import install_builtin

    install_builtin()
