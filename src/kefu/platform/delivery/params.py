"""The parameters of delivery."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param


def register() -> None:
    """Declare them."""
    PARAMS.register(
        Param(
            "delivery.content_days",
            _("邮件、短信正文保存天数"),
            ParamType.INT,
            180,
            help=_("发送结束后，正文加密保存这么多天，然后删除；发送记录保留。"),
            minimum=1,
            maximum=3650,
            unit=_("天"),
        )
    )
