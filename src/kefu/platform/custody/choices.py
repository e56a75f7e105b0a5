"""The states of requests, holds and runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class RequestKind(ToneChoices):
    """What the person asks for."""

    ERASE = "erase", _("删除")
    EXPORT = "export", _("查阅、复制")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Colours."""
        return {cls.ERASE: Tone.BAD, cls.EXPORT: Tone.INFO}


class RequestState(ToneChoices):
    """Where a request stands."""

    RECEIVED = "received", _("待办理")
    RUNNING = "running", _("办理中")
    DONE = "done", _("已办结")
    REFUSED = "refused", _("不予办理")
    WITHDRAWN = "withdrawn", _("已撤回")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Colours."""
        return {
            cls.RECEIVED: Tone.INFO,
            cls.RUNNING: Tone.WARN,
            cls.DONE: Tone.OK,
            cls.REFUSED: Tone.NEUTRAL,
            cls.WITHDRAWN: Tone.NEUTRAL,
        }


OPEN_REQUEST_STATES = (RequestState.RECEIVED, RequestState.RUNNING)


class RequestVerb(ToneChoices):
    """What was done with a request."""

    RECORDED = "recorded", _("登记")
    EXECUTED = "executed", _("开始办理")
    BLOCKED = "blocked", _("因保全而停止")
    DONE = "done", _("办结")
    REFUSED = "refused", _("不予办理")
    WITHDRAWN = "withdrawn", _("撤回")
    REAPPLIED = "reapplied", _("恢复备份后再次删除")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Colours."""
        return {
            cls.RECORDED: Tone.INFO,
            cls.EXECUTED: Tone.WARN,
            cls.BLOCKED: Tone.BAD,
            cls.DONE: Tone.OK,
            cls.REFUSED: Tone.NEUTRAL,
            cls.WITHDRAWN: Tone.NEUTRAL,
            cls.REAPPLIED: Tone.WARN,
        }


class HoldKind(ToneChoices):
    """What a legal hold keeps."""

    SUBJECT = "subject", _("某人的信息")
    PERIOD = "period", _("某段时间的信息")
    EVERYTHING = "everything", _("全部信息")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Colours."""
        return {cls.SUBJECT: Tone.WARN, cls.PERIOD: Tone.WARN, cls.EVERYTHING: Tone.BAD}


class RunState(ToneChoices):
    """How a round of retention ended."""

    RUNNING = "running", _("进行中")
    DONE = "done", _("完成")
    STOPPED = "stopped", _("已停止")
    FAILED = "failed", _("出错")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Colours."""
        return {cls.RUNNING: Tone.INFO, cls.DONE: Tone.OK, cls.STOPPED: Tone.WARN, cls.FAILED: Tone.BAD}
