"""The step of delivery on the set-up checklist."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel.actor import Actor
from kefu.platform.delivery import permissions, queries
from kefu.platform.webui.checklist import STEPS, Action, Standing, Step


def _examine(viewer: Actor) -> Standing:
    missing = []
    if not queries.is_configured("mail"):
        missing.append(_("邮件：启动服务时设置 KEFU_SMTP_URL。"))
    if not queries.is_configured("sms"):
        missing.append(_("短信：在“邮件与短信”填写短信网关。"))
    text = "" if missing else _("邮件和短信都已可用，可在“邮件与短信”发送测试。")
    return Standing(text, missing)


def register() -> None:
    """Put the step on the checklist."""
    STEPS.register(
        Step(
            "delivery.channels",
            gettext_lazy("邮件与短信"),
            gettext_lazy("提醒和报表可以发到邮箱或手机；不设置也能在站内收件箱看到。"),
            "mail",
            80,
            permissions.CHANNEL_MANAGE,
            _examine,
            (Action(gettext_lazy("邮件与短信"), "send", "delivery:channels", permissions.CHANNEL_MANAGE),),
            is_optional=True,
        )
    )
