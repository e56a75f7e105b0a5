"""The types of a parameter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.kernel.choices import ToneChoices


class ParamType(ToneChoices):
    """What a parameter's value is; a duration is whole seconds."""

    INT = "int", _("整数")
    DECIMAL = "decimal", _("小数")
    BOOL = "bool", _("是否")
    TEXT = "text", _("文字")
    CHOICE = "choice", _("选项")
    DURATION = "duration", _("时长")
