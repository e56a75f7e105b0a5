"""The states of an import and the kinds of a column."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import Tone, ToneChoices


class UploadState(ToneChoices):
    """uploaded → checking → checked → applying → applied | stopped | failed; checked again after a new mapping."""

    UPLOADED = "uploaded", _("待对应列")
    CHECKING = "checking", _("检查中")
    CHECKED = "checked", _("待确认导入")
    APPLYING = "applying", _("导入中")
    APPLIED = "applied", _("已导入")
    STOPPED = "stopped", _("已停止")
    FAILED = "failed", _("失败")

    @classmethod
    def tones(cls) -> dict[str, Tone]:
        return {
            cls.CHECKING: Tone.INFO,
            cls.CHECKED: Tone.WARN,
            cls.APPLYING: Tone.INFO,
            cls.APPLIED: Tone.OK,
            cls.STOPPED: Tone.WARN,
            cls.FAILED: Tone.BAD,
        }


class ColumnKind(ToneChoices):
    """What the cells of a column hold."""

    TEXT = "text", _("文字")
    INT = "int", _("整数")
    DECIMAL = "decimal", _("小数")
    BOOL = "bool", _("是或否")
    DATE = "date", _("日期")
    DATETIME = "datetime", _("日期时间")
    DURATION = "duration", _("时长")
    CHOICE = "choice", _("选项")
