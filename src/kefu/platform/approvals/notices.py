"""The kinds of notice that requests send. What waits too long is told by the clocks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.notify.registry import notice_kind

TO_DECIDE, DECIDED, RETURNED = "approvals.to_decide", "approvals.decided", "approvals.returned"


def register() -> None:
    """Declare them."""
    notice_kind(TO_DECIDE, _("待您审批的申请"), ("inbox",), mandatory=True, icon="clipboard-check")
    notice_kind(DECIDED, _("您的申请有结果"), ("inbox",), icon="circle-check")
    notice_kind(RETURNED, _("您的申请需要补充"), ("inbox",), mandatory=True, icon="undo-2")
