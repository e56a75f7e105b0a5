"""How long things are kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param

CALLER_DAYS = "custody.caller_days"
RECORDING_DAYS = "custody.recording_days"
UPLOAD_DAYS = "custody.upload_days"
SESSION_DAYS = "custody.session_days"
COPY_DAYS = "custody.copy_days"
ANSWER_DAYS = "custody.answer_working_days"


def register() -> None:
    """Declare them."""
    for code, label, days, least, explained in (
        (CALLER_DAYS, _("来电号码保存天数"), 1095, 30, _("最后一次来电之后这么多天，号码和姓名被删除，统计不变。")),
        (RECORDING_DAYS, _("录音保存天数"), 365, 1, _("录音文件超过天数后删除，通话记录保留。")),
        (UPLOAD_DAYS, _("导入文件保存天数"), 30, 1, _("上传的表格和其中的错误行超过天数后删除，导入记录保留。")),
        (SESSION_DAYS, _("登录会话保存天数"), 180, 7, _("会话结束后，其网络地址和设备信息保存这么多天。")),
        (COPY_DAYS, _("个人信息副本保存天数"), 7, 1, _("应请求生成的副本文件超过天数后删除。")),
    ):
        PARAMS.register(
            Param(code, label, ParamType.INT, days, help=explained, minimum=least, maximum=3650, unit=_("天"))
        )
    PARAMS.register(
        Param(
            ANSWER_DAYS,
            _("个人信息请求答复期限"),
            ParamType.INT,
            15,
            help=_("自登记起多少个工作日内答复。"),
            minimum=1,
            maximum=60,
            unit=_("工作日"),
        )
    )
