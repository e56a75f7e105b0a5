"""The sign-in policy among the editable parameters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.access import ports
from kefu.platform.params.choices import ParamType
from kefu.platform.params.queries import value
from kefu.platform.params.registry import PARAMS, Param
from kefu.platform.privacy import sealing


def register() -> None:
    """Declare the policy and let access read it; let it seal secrets."""
    for item, label, help_text, unit in (
        (ports.PASSWORD_MINIMUM, _("密码最短长度"), _("设置新密码时检查。"), _("个字符")),
        (ports.PASSWORD_HISTORY, _("不得重复的历史密码"), _("新密码不能与最近这么多次的相同；0 为不检查。"), _("次")),
        (ports.PASSWORD_MAX_DAYS, _("密码最长使用天数"), _("超过后登录时须修改；0 为不限。"), _("天")),
        (
            ports.IDLE_LOCK_MINUTES,
            _("无操作锁定座位"),
            _("这么久没有操作就锁定座位；0 为不锁。下次登录起生效。"),
            _("分钟"),
        ),
    ):
        PARAMS.register(
            Param(
                item.code,
                label,
                ParamType.INT,
                item.default,
                help=help_text,
                minimum=item.minimum,
                maximum=item.maximum,
                unit=unit,
            )
        )
    ports.plug(read=value, seal=sealing.seal, unseal=sealing.unseal)
