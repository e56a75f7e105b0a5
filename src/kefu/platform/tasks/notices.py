"""The kinds of notice that tasks send. What is due soon or overdue is told by the clocks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.notify.registry import notice_kind

ASSIGNED, SENT_BACK, TO_VERIFY = "tasks.assigned", "tasks.sent_back", "tasks.to_verify"


def register() -> None:
    """Declare them."""
    notice_kind(ASSIGNED, _("分派给您的任务"), ("inbox",), icon="square-check")
    notice_kind(SENT_BACK, _("被退回的任务"), ("inbox",), icon="undo-2")
    notice_kind(TO_VERIFY, _("待您复核的任务"), ("inbox",), icon="clipboard-check")
