"""How tasks stand and what happens to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class TaskState(ToneChoices):
    """open → in_progress → (to_verify →) done; cancelled from any of the first three; done and cancelled reopen."""

    OPEN = "open", _("待处理")
    IN_PROGRESS = "in_progress", _("处理中")
    TO_VERIFY = "to_verify", _("待复核")
    DONE = "done", _("已完成")
    CANCELLED = "cancelled", _("已取消")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """What waits for somebody wants attention."""
        return {cls.OPEN: Tone.INFO, cls.IN_PROGRESS: Tone.INFO, cls.TO_VERIFY: Tone.WARN, cls.DONE: Tone.OK}


OPEN_STATES = (TaskState.OPEN, TaskState.IN_PROGRESS, TaskState.TO_VERIFY)
"""The states of a task that is not over."""


class TaskVerb(ToneChoices):
    """What the history of a task says."""

    OPENED = "opened", _("建立任务")
    TAKEN = "taken", _("领取")
    HANDED_OVER = "handed_over", _("转交")
    STARTED = "started", _("开始处理")
    EVIDENCE = "evidence", _("添加证明")
    COMPLETED = "completed", _("提交完成")
    VERIFIED = "verified", _("复核通过")
    SENT_BACK = "sent_back", _("退回")
    RESCHEDULED = "rescheduled", _("调整期限")
    CANCELLED = "cancelled", _("取消任务")
    REOPENED = "reopened", _("重新打开")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Good ends and setbacks stand out."""
        return {
            cls.OPENED: Tone.INFO,
            cls.COMPLETED: Tone.OK,
            cls.VERIFIED: Tone.OK,
            cls.SENT_BACK: Tone.WARN,
            cls.REOPENED: Tone.WARN,
        }
