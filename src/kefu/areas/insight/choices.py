"""Enumerations of insight."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kefu.kernel.choices import Tone, ToneChoices

WALL_TOPICS = "calls.wall."
"""Prefix of the topics from which the wallboard is drawn; see ``engine.payload``."""


class Grain(TextChoices):
    """How long the intervals of a report are."""

    NONE = "none", _("不分时段")
    QUARTER = "15m", _("15 分钟")
    HALF = "30m", _("30 分钟")
    HOUR = "60m", _("60 分钟")
    DAY = "day", _("按日")
    WEEK = "week", _("按周")
    MONTH = "month", _("按月")

    @property
    def dimension(self) -> str:
        """The metric layer's name of this interval; empty when time is not split."""
        return {
            "none": "",
            "15m": "slot",
            "30m": "half_hour",
            "60m": "hour",
            "day": "day",
            "week": "week",
            "month": "month",
        }[self.value]

    @property
    def is_time_of_day(self) -> bool:
        """Whether days are laid on top of each other."""
        return self in (Grain.QUARTER, Grain.HALF, Grain.HOUR)


class Compare(TextChoices):
    """With what a period is compared."""

    PREVIOUS = "previous", _("上一周期")
    WEEK = "week", _("上周同日")
    NONE = "none", _("不比较")


class Layout(TextChoices):
    """What a full screen shows."""

    OVERVIEW = "overview", _("总览")
    QUEUES = "queues", pgettext_lazy("多个", "技能队列")
    AGENTS = "agents", _("坐席状态")
    TREND = "trend", _("走势")
    ROTATE = "rotate", _("轮播")


class Theme(TextChoices):
    """How a full screen is lit."""

    DARK = "dark", _("深色")
    LIGHT = "light", _("浅色")
    CONTRAST = "contrast", _("高对比")


class Condition(TextChoices):
    """When an alert rule is broken."""

    BELOW = "below", _("低于阈值")
    ABOVE = "above", _("高于阈值")
    TREND = "trend", _("偏离历史同期")
    MISSING = "missing", _("没有数据")


class Severity(ToneChoices):
    """How bad it is; an urgent alert does not wait for the end of quiet hours."""

    NOTICE = "notice", _("一般")
    URGENT = "urgent", _("紧急")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """An urgent one is red."""
        return {cls.NOTICE: Tone.WARN, cls.URGENT: Tone.BAD}


class AlertState(ToneChoices):
    """open → acknowledged → cleared; also open → cleared when it ends before anybody looked."""

    OPEN = "open", _("未确认")
    ACKNOWLEDGED = "acknowledged", _("已确认")
    CLEARED = "cleared", _("已恢复")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """What nobody has taken up stands out."""
        return {cls.OPEN: Tone.BAD, cls.ACKNOWLEDGED: Tone.WARN, cls.CLEARED: Tone.OK}


STANDING = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
"""The states of an alert that is not over."""


class AlertVerb(ToneChoices):
    """What the history of an alert says."""

    FIRED = "fired", _("触发")
    TOLD = "told", _("通知")
    ESCALATED = "escalated", _("升级")
    ACKNOWLEDGED = "acknowledged", _("确认")
    SNOOZED = "snoozed", _("暂缓提醒")
    WOKEN = "woken", _("暂缓结束")
    ASSIGNED = "assigned", _("转为任务")
    CLEARED = "cleared", _("恢复")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Beginnings, steps up and the end stand out."""
        return {cls.FIRED: Tone.BAD, cls.ESCALATED: Tone.BAD, cls.ACKNOWLEDGED: Tone.INFO, cls.CLEARED: Tone.OK}


class Cadence(TextChoices):
    """How often an operations report is made."""

    DAILY = "daily", _("日报")
    WEEKLY = "weekly", _("周报")
    MONTHLY = "monthly", _("月报")
    QUARTERLY = "quarterly", _("季度工作总结")
    YEARLY = "yearly", _("年度工作总结")


class Spread(TextChoices):
    """For which units a plan makes reports: the chosen one, or one for each below it."""

    ONE = "one", _("所选范围一份")
    SITES = "sites", _("每个职场一份")
    TEAMS = "teams", _("每个班组一份")


class ReportState(ToneChoices):
    """How far an operations report has come."""

    MADE = "made", _("待审核")
    REVIEWED = "reviewed", _("已审核")
    SENT = "sent", _("已发送")
    ARCHIVED = "archived", _("已归档")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Waiting for a person wants a look."""
        return {cls.MADE: Tone.WARN, cls.REVIEWED: Tone.INFO, cls.SENT: Tone.OK}
