"""The enumerations of the calls room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class SourceKind(ToneChoices):
    """How a telephony source delivers what happened."""

    ASTERISK_QUEUE_LOG = "asterisk-queue-log", _("Asterisk 队列日志")
    ROWS = "rows", _("话单明细（CSV/xlsx）")
    EVENTS = "events", _("事件推送（Webhook/HTTP）")


class EventType(ToneChoices):
    """Canonical events (the vocabulary into which every source is normalised)."""

    # of a call
    OFFERED = "offered", _("来电")
    QUEUED = "queued", _("进入队列")
    RINGING = "ringing", _("振铃")
    RING_NO_ANSWER = "ring_no_answer", _("响铃未接")
    RING_CANCELLED = "ring_cancelled", _("响铃取消")
    AGENT_DUMPED = "agent_dumped", _("坐席拒接")
    ANSWERED = "answered", _("接通")
    HELD = "held", _("保持")
    RETRIEVED = "retrieved", _("恢复通话")
    TRANSFERRED = "transferred", _("转接")
    CONFERENCED = "conferenced", _("会议")
    ABANDONED = "abandoned", _("放弃")
    TIMED_OUT = "timed_out", _("排队超时")
    EXITED_EMPTY = "exited_empty", _("无坐席退出")
    EXITED_KEY = "exited_key", _("按键退出")
    WITHDRAWN = "withdrawn", _("撤出队列")
    OVERFLOWED = "overflowed", _("溢出")
    VOICEMAIL = "voicemail", _("转语音留言")
    ENDED = "ended", _("通话结束")
    # of an agent
    LOGGED_IN = "logged_in", _("签入")
    READY = "ready", _("示闲")
    NOT_READY = "not_ready", _("示忙")
    WRAP_STARTED = "wrap_started", _("开始话后处理")
    WRAP_ENDED = "wrap_ended", _("结束话后处理")
    LOGGED_OUT = "logged_out", _("签出")
    # of the source
    SOURCE_STARTED = "source_started", _("话务源启动")
    NOTED = "noted", _("其他记录")


class Outcome(ToneChoices):
    """How a queue visit stands: each closed visit has exactly one of these, never ``WAITING``."""

    WAITING = "waiting", _("排队中")
    ANSWERED = "answered", _("接通")
    ABANDONED = "abandoned", _("放弃")
    TIMEOUT = "timeout", _("超时退出")
    EMPTY = "empty", _("无坐席退出")
    EXIT_KEY = "exit_key", _("按键退出")
    WITHDRAWN = "withdrawn", _("撤出队列")
    OVERFLOW = "overflow", _("溢出")
    VOICEMAIL = "voicemail", _("语音留言")
    LOST = "lost", _("平台丢失")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Answered is good, lost and abandoned are bad, leaving the queue otherwise wants a look."""
        return {
            cls.WAITING: Tone.INFO,
            cls.ANSWERED: Tone.OK,
            cls.ABANDONED: Tone.BAD,
            cls.LOST: Tone.BAD,
            cls.TIMEOUT: Tone.WARN,
            cls.EMPTY: Tone.WARN,
            cls.OVERFLOW: Tone.WARN,
        }


class Release(ToneChoices):
    """Who ended an answered visit."""

    NONE = "", _("未结束")
    CALLER = "caller", _("客户挂机")
    AGENT = "agent", _("坐席挂机")
    TRANSFER = "transfer", _("转接")
    SYSTEM = "system", _("系统")


class TransferKind(ToneChoices):
    """How a visit was handed on."""

    NONE = "", _("未转接")
    BLIND = "blind", _("盲转")
    ATTENDED = "attended", _("咨询转")


class RingResult(ToneChoices):
    """How an attempt to reach an agent failed."""

    NO_ANSWER = "no_answer", _("未接")
    CANCELLED = "cancelled", _("取消")
    DUMPED = "dumped", _("拒接")


class AgentState(ToneChoices):
    """What an agent who is logged in does."""

    READY = "ready", _("空闲")
    RINGING = "ringing", _("振铃")
    TALKING = "talking", _("通话")
    HOLDING = "holding", _("保持")
    WRAP_UP = "wrap_up", _("话后")
    NOT_READY = "not_ready", _("小休")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Ready is good, working is informative, away wants a look."""
        return {
            cls.READY: Tone.OK,
            cls.RINGING: Tone.INFO,
            cls.TALKING: Tone.INFO,
            cls.HOLDING: Tone.INFO,
            cls.NOT_READY: Tone.WARN,
        }


class BatchState(ToneChoices):
    """How far a delivery of raw lines has come."""

    PENDING = "pending", _("待处理")
    FOLDED = "folded", _("已入账")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Folded is the good end."""
        return {cls.PENDING: Tone.INFO, cls.FOLDED: Tone.OK}


class LinkState(ToneChoices):
    """Whether a connector hears its source."""

    NEVER = "never", _("未连接")
    UP = "up", _("正常")
    DOWN = "down", _("中断")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Up is good, down is bad."""
        return {cls.UP: Tone.OK, cls.DOWN: Tone.BAD}
