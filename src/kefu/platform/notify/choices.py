"""The ways a notice can reach its reader."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class Way(TextChoices):
    """Inbox, at once by mail or SMS, or in the daily digest."""

    INBOX = "inbox", _("收件箱")
    MAIL = "mail", _("立即发邮件")
    SMS = "sms", _("立即发短信")
    DIGEST = "digest", _("每日汇总邮件")


OUTWARD = (Way.MAIL, Way.SMS, Way.DIGEST)


class DispatchState(ToneChoices):
    """waiting → handed_over | skipped."""

    WAITING = "waiting", _("待发出")
    HANDED_OVER = "handed_over", _("已转交发送")
    SKIPPED = "skipped", _("未发出")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {cls.WAITING: Tone.INFO, cls.HANDED_OVER: Tone.OK}


class SkipReason(TextChoices):
    """Why a notice did not go out."""

    NO_ADDRESS = "no_address", _("没有填写地址")
    NOT_CONFIGURED = "not_configured", _("渠道还没有设置")
    READ = "read", _("已在收件箱中读过")
    INACTIVE = "inactive", _("账号已停用")
