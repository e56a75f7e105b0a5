"""The parameters of notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param


def register() -> None:
    """Declare them."""
    PARAMS.register(
        Param(
            "notify.keep_days",
            _("通知保存天数"),
            ParamType.INT,
            180,
            help=_("超过天数的通知会被删除，不论是否已读。"),
            minimum=7,
            maximum=3650,
            unit=_("天"),
        )
    )
