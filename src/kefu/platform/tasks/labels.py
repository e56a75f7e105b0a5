"""What the audit trail calls the actions of this app."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kefu.platform.audit import labels


def register() -> None:
    """Put the words into the trail."""
    labels.register(
        {
            "tasks.task:opened": gettext_noop("建立任务"),
            "tasks.task:taken": gettext_noop("领取任务"),
            "tasks.task:handed_over": gettext_noop("转交任务"),
            "tasks.task:started": gettext_noop("开始处理任务"),
            "tasks.task:evidence": gettext_noop("添加任务证明"),
            "tasks.task:completed": gettext_noop("提交完成任务"),
            "tasks.task:verified": gettext_noop("复核通过任务"),
            "tasks.task:sent_back": gettext_noop("退回任务"),
            "tasks.task:rescheduled": gettext_noop("调整任务期限"),
            "tasks.task:cancelled": gettext_noop("取消任务"),
            "tasks.task:reopened": gettext_noop("重新打开任务"),
        }
    )
