"""What made reports bring along: menu, notices, files, parameter, words of the audit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kefu.areas.insight import permissions
from kefu.areas.insight.services.made_reports import MADE_NOTICE
from kefu.areas.insight.services.sending_reports import ARCHIVE_AFTER, COPY_PURPOSE, SENT_NOTICE
from kefu.platform.audit import labels
from kefu.platform.files.registry import purpose
from kefu.platform.notify.registry import notice_kind
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param
from kefu.platform.webui.menu import MENU, MenuItem

ACTIONS = {
    "insight.made_report:make": gettext_noop("生成运营报告"),
    "insight.made_report:correct": gettext_noop("更正运营报告"),
    "insight.made_report:comment": gettext_noop("修改报告点评"),
    "insight.made_report:review": gettext_noop("审核运营报告"),
    "insight.made_report:send": gettext_noop("发送运营报告"),
    "insight.made_report:archive": gettext_noop("归档运营报告"),
    "insight.made_report:export": gettext_noop("下载运营报告"),
    "insight.report_plan:save": gettext_noop("修改报告计划"),
}


def register() -> None:
    """Declare them."""
    labels.register(ACTIONS)
    notice_kind(MADE_NOTICE, _("待审核的运营报告"), ("inbox",), icon="file-text")
    notice_kind(SENT_NOTICE, _("运营报告"), ("inbox",), icon="file-text")
    purpose(COPY_PURPOSE, permissions.TAKE_REPORT, ("application/pdf",), 30 * 2**20, keep_days=90, may_read=_nobody)
    PARAMS.register(
        Param(
            ARCHIVE_AFTER,
            _("运营报告发送后几天自动归档"),
            ParamType.INT,
            7,
            help=_("归档后报告不可再改，只能生成新版本。"),
            minimum=1,
            maximum=365,
            unit=_("天"),
        )
    )
    MENU.register_all(
        [
            MenuItem(
                "insight.made_reports",
                _("运营报告"),
                "file-text",
                "insight:made_reports",
                permissions.VIEW_MADE,
                "insight",
                340,
            ),
            MenuItem(
                "insight.report_plans",
                _("报告计划"),
                "calendar-clock",
                "insight:report_plans",
                permissions.MANAGE_PLAN,
                "insight",
                350,
                False,
            ),
        ]
    )


def _nobody(viewer: object, file: object) -> bool:
    """Copies leave by mail only; pages print their own."""
    return False
