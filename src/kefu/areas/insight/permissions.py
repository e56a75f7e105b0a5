"""What can be done in insight, and who may from the start. Rows are scoped by ``metrics.number:view``."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW_WALL = "insight.wall:view"
VIEW_REPORT = "insight.report:view"
EXPORT_REPORT = "insight.report:export"
VIEW_ALERT = "insight.alert:view"
HANDLE_ALERT = "insight.alert:handle"
VIEW_RULE = "insight.alert_rule:view"
CHANGE_RULE = "insight.alert_rule:change"
VIEW_MADE = "insight.made_report:view"
MAKE_REPORT = "insight.made_report:make"
REVIEW_REPORT = "insight.made_report:review"
SEND_REPORT = "insight.made_report:send"
TAKE_REPORT = "insight.made_report:export"
MANAGE_PLAN = "insight.report_plan:manage"

MADE_GRANTS: dict[str, dict[str, ScopeLevel]] = {
    "leader": {VIEW_MADE: ScopeLevel.UNIT, TAKE_REPORT: ScopeLevel.UNIT},
    "shift_manager": dict.fromkeys((VIEW_MADE, MAKE_REPORT, REVIEW_REPORT, TAKE_REPORT), ScopeLevel.SITE),
    "planner": dict.fromkeys((VIEW_MADE, TAKE_REPORT), ScopeLevel.SITE),
    "analyst": dict.fromkeys((VIEW_MADE, MAKE_REPORT, REVIEW_REPORT, TAKE_REPORT, MANAGE_PLAN), ScopeLevel.ALL),
    "manager": dict.fromkeys(
        (VIEW_MADE, MAKE_REPORT, REVIEW_REPORT, SEND_REPORT, TAKE_REPORT, MANAGE_PLAN), ScopeLevel.ALL
    ),
    "auditor": {VIEW_MADE: ScopeLevel.ALL},
}

GRANTS: dict[str, dict[str, ScopeLevel]] = {
    "leader": {VIEW_WALL: ScopeLevel.UNIT, VIEW_REPORT: ScopeLevel.ALL},
    "shift_manager": {VIEW_WALL: ScopeLevel.SITE, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "planner": {VIEW_WALL: ScopeLevel.SITE, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "quality": {VIEW_REPORT: ScopeLevel.ALL},
    "analyst": {VIEW_WALL: ScopeLevel.ALL, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
    "manager": {VIEW_WALL: ScopeLevel.ALL, VIEW_REPORT: ScopeLevel.ALL, EXPORT_REPORT: ScopeLevel.ALL},
}

ALERT_GRANTS: dict[str, dict[str, ScopeLevel]] = {
    "leader": {VIEW_ALERT: ScopeLevel.UNIT, HANDLE_ALERT: ScopeLevel.UNIT},
    "shift_manager": {VIEW_ALERT: ScopeLevel.SITE, HANDLE_ALERT: ScopeLevel.SITE, VIEW_RULE: ScopeLevel.ALL},
    "planner": {VIEW_ALERT: ScopeLevel.SITE, HANDLE_ALERT: ScopeLevel.SITE, VIEW_RULE: ScopeLevel.ALL},
    "analyst": {
        VIEW_ALERT: ScopeLevel.ALL,
        HANDLE_ALERT: ScopeLevel.ALL,
        VIEW_RULE: ScopeLevel.ALL,
        CHANGE_RULE: ScopeLevel.ALL,
    },
    "manager": {
        VIEW_ALERT: ScopeLevel.ALL,
        HANDLE_ALERT: ScopeLevel.ALL,
        VIEW_RULE: ScopeLevel.ALL,
        CHANGE_RULE: ScopeLevel.ALL,
    },
    "auditor": {VIEW_ALERT: ScopeLevel.ALL, VIEW_RULE: ScopeLevel.ALL},
}


def register() -> None:
    """Declare the permissions and the default grants."""
    PERMISSIONS.register_all(
        [
            Permission(VIEW_WALL, _("查看运营大屏")),
            Permission(VIEW_REPORT, _("查看运营报表"), scoped=False),
            Permission(EXPORT_REPORT, _("导出运营报表"), scoped=False),
            Permission(VIEW_ALERT, _("查看告警")),
            Permission(HANDLE_ALERT, _("确认、暂缓和指派告警")),
            Permission(VIEW_RULE, _("查看告警规则"), scoped=False),
            Permission(CHANGE_RULE, _("修改告警规则"), scoped=False),
            Permission(VIEW_MADE, _("查看运营报告")),
            Permission(MAKE_REPORT, _("生成和更正运营报告")),
            Permission(REVIEW_REPORT, _("点评、审核和归档运营报告")),
            Permission(SEND_REPORT, _("发送运营报告")),
            Permission(TAKE_REPORT, _("下载运营报告")),
            Permission(MANAGE_PLAN, _("管理报告计划")),
        ]
    )
    for declared in (GRANTS, ALERT_GRANTS, MADE_GRANTS):
        for role, grants in declared.items():
            default_grants(role, grants)
