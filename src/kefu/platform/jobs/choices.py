"""The states of a job."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class JobState(ToneChoices):
    """queued → running → succeeded | failed | cancelled; interrupted goes back to running by itself."""

    QUEUED = "queued", _("等待运行")
    RUNNING = "running", _("运行中")
    INTERRUPTED = "interrupted", _("已中断，将自动继续")
    SUCCEEDED = "succeeded", _("已完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {
            cls.RUNNING: Tone.INFO,
            cls.INTERRUPTED: Tone.WARN,
            cls.SUCCEEDED: Tone.OK,
            cls.FAILED: Tone.BAD,
        }


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING, JobState.INTERRUPTED)
CLOSED_STATES = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)
