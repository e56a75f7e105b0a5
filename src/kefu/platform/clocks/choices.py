"""How clocks stand, what their log says and what they do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class ClockStatus(ToneChoices):
    """running ⇄ paused → met | missed | cancelled."""

    RUNNING = "running", _("计时中")
    PAUSED = "paused", _("已暂停")
    MET = "met", _("按时完成")
    MISSED = "missed", _("超时完成")
    CANCELLED = "cancelled", _("已取消")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Met is good, missed is bad."""
        return {cls.RUNNING: Tone.INFO, cls.PAUSED: Tone.WARN, cls.MET: Tone.OK, cls.MISSED: Tone.BAD}


LIVE = (ClockStatus.RUNNING, ClockStatus.PAUSED)
"""The states of a clock that has not ended."""


class Verb(ToneChoices):
    """What an entry of a clock's log says."""

    STARTED = "started", _("开始计时")
    PAUSED = "paused", _("暂停")
    RESUMED = "resumed", _("继续")
    RETARGETED = "retargeted", _("调整时限")
    RESCHEDULED = "rescheduled", _("工作日历有变")
    HANDED_OVER = "handed_over", _("更换负责人")
    STOPPED = "stopped", _("结束计时")
    CANCELLED = "cancelled", _("取消计时")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Interruptions stand out."""
        return {cls.STARTED: Tone.INFO, cls.PAUSED: Tone.WARN, cls.RESUMED: Tone.INFO, cls.STOPPED: Tone.OK}


class StepKind(ToneChoices):
    """What a clock does on its way."""

    WARN = "warn", _("预警")
    BREACH = "breach", _("超时")
    ESCALATE = "escalate", _("升级")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """The further, the worse."""
        return {cls.WARN: Tone.WARN, cls.BREACH: Tone.BAD, cls.ESCALATE: Tone.BAD}
