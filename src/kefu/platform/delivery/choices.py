"""Channels, and the states of what is sent through them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class Channel(TextChoices):
    """How a message reaches a person."""

    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")


class MessageState(ToneChoices):
    """queued → sending → sent | failed | unknown; sending → queued (will be tried again).

    ``unknown``: the process died, or the other side fell silent, after the message may have left. A person decides.
    """

    QUEUED = "queued", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    UNKNOWN = "unknown", _("结果不明，待人工确认")
    DISCARDED = "discarded", _("已放弃")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {
            cls.QUEUED: Tone.INFO,
            cls.SENDING: Tone.INFO,
            cls.SENT: Tone.OK,
            cls.FAILED: Tone.BAD,
            cls.UNKNOWN: Tone.WARN,
        }


OPEN_MESSAGE_STATES = (MessageState.QUEUED, MessageState.SENDING)


class OutcomeKind(ToneChoices):
    """What one attempt came to: ``deferred`` surely did not arrive, ``unknown`` may have."""

    SENT = "sent", _("已发送")
    DEFERRED = "deferred", _("未送出，将重试")
    REFUSED = "refused", _("被拒绝")
    UNKNOWN = "unknown", _("结果不明")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {cls.SENT: Tone.OK, cls.DEFERRED: Tone.WARN, cls.REFUSED: Tone.BAD, cls.UNKNOWN: Tone.WARN}


class BodyKind(TextChoices):
    """How an SMS gateway wants its parameters."""

    JSON = "json", _("JSON 正文")
    FORM = "form", _("表单正文")
    QUERY = "query", _("网址参数")


class Method(TextChoices):
    """The HTTP method of an SMS gateway."""

    POST = "POST", "POST"
    PUT = "PUT", "PUT"
    GET = "GET", "GET"


class SuccessKind(TextChoices):
    """How an SMS gateway says that it took the message."""

    STATUS = "status", _("状态码为 2xx")
    JSON = "json", _("返回的 JSON 中某一项等于指定值")
    TEXT = "text", _("返回内容包含指定文字")


class EndpointState(ToneChoices):
    """active ↔ paused (by a person); active → failing (by itself, after repeated failures) → active."""

    ACTIVE = "active", _("启用")
    PAUSED = "paused", _("已暂停")
    FAILING = "failing", _("因连续失败自动暂停")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {cls.ACTIVE: Tone.OK, cls.FAILING: Tone.BAD}


class CallState(ToneChoices):
    """queued → sending → delivered | failed; queued ↔ held while the endpoint is paused."""

    QUEUED = "queued", _("待推送")
    SENDING = "sending", _("推送中")
    HELD = "held", _("地址暂停，已保留")
    DELIVERED = "delivered", _("已送达")
    FAILED = "failed", _("推送失败")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {
            cls.QUEUED: Tone.INFO,
            cls.SENDING: Tone.INFO,
            cls.HELD: Tone.WARN,
            cls.DELIVERED: Tone.OK,
            cls.FAILED: Tone.BAD,
        }
