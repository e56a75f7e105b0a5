"""What the audit trail calls the actions of this app."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kefu.platform.audit import labels


def register() -> None:
    """Put the words into the trail."""
    labels.register(
        {
            "approvals.request:submitted": gettext_noop("提交申请"),
            "approvals.request:approved": gettext_noop("批准申请"),
            "approvals.request:declined": gettext_noop("驳回申请"),
            "approvals.request:sent_back": gettext_noop("退回申请"),
            "approvals.request:resubmitted": gettext_noop("重新提交申请"),
            "approvals.request:withdrawn": gettext_noop("撤回申请"),
            "approvals.request:attached": gettext_noop("添加申请附件"),
            "approvals.request:passed_up": gettext_noop("将申请转到上一级"),
            "approvals.chain:change": gettext_noop("修改审批流程"),
        }
    )
