"""How requests, their steps and seats stand, what can be decided, and what a history line says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class RequestState(ToneChoices):
    """waiting ⇄ returned → approved | declined | withdrawn."""

    WAITING = "waiting", _("审批中")
    RETURNED = "returned", _("待补充")
    APPROVED = "approved", _("已批准")
    DECLINED = "declined", _("已驳回")
    WITHDRAWN = "withdrawn", _("已撤回")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """What asks for something stands out."""
        return {cls.WAITING: Tone.INFO, cls.RETURNED: Tone.WARN, cls.APPROVED: Tone.OK, cls.DECLINED: Tone.BAD}


LIVE = (RequestState.WAITING, RequestState.RETURNED)
"""The states of a request that is not over."""


class StepState(ToneChoices):
    """planned → waiting → approved | declined | returned | ended; or planned → skipped."""

    PLANNED = "planned", _("未到")
    WAITING = "waiting", _("待审批")
    APPROVED = "approved", _("已批准")
    DECLINED = "declined", _("已驳回")
    RETURNED = "returned", _("已退回")
    SKIPPED = "skipped", _("已跳过")
    ENDED = "ended", _("已结束")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """The step that waits stands out."""
        return {cls.WAITING: Tone.INFO, cls.APPROVED: Tone.OK, cls.DECLINED: Tone.BAD, cls.RETURNED: Tone.WARN}


class SeatState(ToneChoices):
    """waiting → approved | declined | returned; spared (another's word was enough) or left (no longer responsible)."""

    WAITING = "waiting", _("待审批")
    APPROVED = "approved", _("已批准")
    DECLINED = "declined", _("已驳回")
    RETURNED = "returned", _("已退回")
    SPARED = "spared", _("无需再审批")
    LEFT = "left", _("不再负责")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """As the steps."""
        return {cls.WAITING: Tone.INFO, cls.APPROVED: Tone.OK, cls.DECLINED: Tone.BAD, cls.RETURNED: Tone.WARN}


UNDECIDED = (SeatState.WAITING, SeatState.SPARED, SeatState.LEFT)
"""The states of a seat from which nothing was decided."""


class Verdict(ToneChoices):
    """What an approver says."""

    APPROVE = "approve", _("批准")
    DECLINE = "decline", _("驳回")
    SEND_BACK = "send_back", _("退回补充")


class Mode(ToneChoices):
    """How many of those who answer for a step must approve."""

    ANY = "any", _("任一人批准")
    ALL = "all", _("所有人批准")


class Verb(ToneChoices):
    """What happened to a request."""

    SUBMITTED = "submitted", _("提交申请")
    OPENED = "opened", _("到达步骤")
    SKIPPED = "skipped", _("跳过步骤")
    PASSED_UP = "passed_up", _("转到上一级")
    REASSIGNED = "reassigned", _("审批人变动")
    APPROVED = "approved", _("批准")
    DECLINED = "declined", _("驳回")
    SENT_BACK = "sent_back", _("退回补充")
    RESUBMITTED = "resubmitted", _("补充后重新提交")
    WITHDRAWN = "withdrawn", _("撤回申请")
    ATTACHED = "attached", _("添加附件")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        """Decisions stand out."""
        return {
            cls.SUBMITTED: Tone.INFO,
            cls.RESUBMITTED: Tone.INFO,
            cls.PASSED_UP: Tone.WARN,
            cls.APPROVED: Tone.OK,
            cls.DECLINED: Tone.BAD,
            cls.SENT_BACK: Tone.WARN,
        }


class Operator(ToneChoices):
    """How a condition compares."""

    EQ = "eq", _("等于")
    NE = "ne", _("不等于")
    GT = "gt", _("大于")
    GE = "ge", _("大于等于")
    LT = "lt", _("小于")
    LE = "le", _("小于等于")
    HAS = "has", _("包含")
    HAS_NOT = "has_not", _("不包含")


class FactType(ToneChoices):
    """What sort of value a fact is."""

    NUMBER = "number", _("数字")
    TEXT = "text", _("文字")
    BOOL = "bool", _("是否")
    LIST = "list", _("多项")
