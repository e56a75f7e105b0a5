"""From what a person or a machine sent to a value, or to a message that says what to send instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import Param, Value

YES = {"true", "1", "yes", "on", "是"}
NO = {"false", "0", "no", "off", "否", ""}
MAX_TEXT = 2000
CLOCK = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)")


def parse(param: Param, raw: Any) -> Value:
    """The typed value of ``raw``; raises ``InvalidInput`` that says what is allowed."""
    value = _PARSERS[param.type](param, raw)
    _check_bounds(param, value)
    return value


def to_json(value: Value) -> int | bool | str:
    """The value as it is stored."""
    return str(value) if isinstance(value, Decimal) else value


def from_json(param: Param, stored: Any) -> Value:
    """The typed value of what is stored; the default when an old value no longer fits the declaration."""
    try:
        return parse(param, stored)
    except InvalidInput:
        return param.default


def _refuse(param: Param, message: str) -> InvalidInput:
    return InvalidInput(_("%(label)s：%(message)s") % {"label": param.label, "message": message}, field="value")


def _int(param: Param, raw: Any) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
        raise _refuse(param, _("请填写整数。"))
    try:
        return int(str(int(raw)) if isinstance(raw, float) else str(raw).strip())
    except (ValueError, TypeError):
        raise _refuse(param, _("请填写整数。")) from None


def _decimal(param: Param, raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise _refuse(param, _("请填写数字，例如 0.8。"))
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        raise _refuse(param, _("请填写数字，例如 0.8。")) from None
    if not value.is_finite():
        raise _refuse(param, _("请填写数字，例如 0.8。"))
    return value


def _bool(param: Param, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise _refuse(param, _("请选择“是”或“否”。"))


def _text(param: Param, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _refuse(param, _("请填写文字。"))
    text = raw.strip()
    if "\x00" in text:
        raise _refuse(param, _("文字里有不能保存的字符，请重新输入。"))
    return text


def _choice(param: Param, raw: Any) -> str:
    allowed = [value for value, _label in param.choices]
    if raw not in allowed:
        raise _refuse(param, _("请从列出的选项中选择一项。"))
    return str(raw)


def _duration(param: Param, raw: Any) -> int:
    text = str(raw).strip()
    found = CLOCK.fullmatch(text)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    try:
        return _int(param, raw)
    except InvalidInput:
        raise _refuse(param, _("请填写秒数，或 分:秒、时:分:秒。")) from None


_PARSERS: dict[ParamType, Callable[[Param, Any], Value]] = {
    ParamType.INT: _int,
    ParamType.DECIMAL: _decimal,
    ParamType.BOOL: _bool,
    ParamType.TEXT: _text,
    ParamType.CHOICE: _choice,
    ParamType.DURATION: _duration,
}


def _check_bounds(param: Param, value: Value) -> None:
    if isinstance(value, bool) or param.type is ParamType.CHOICE:
        return
    if isinstance(value, str):
        longest = int(param.maximum or MAX_TEXT)
        if len(value) > longest:
            raise _refuse(param, _("最多 %(count)d 个字。") % {"count": longest})
        if param.minimum is not None and len(value) < int(param.minimum):
            raise _refuse(param, _("至少 %(count)d 个字。") % {"count": int(param.minimum)})
        return
    if value > 10**15 or value < -(10**15):
        raise _refuse(param, _("数值太大。"))
    if param.minimum is not None and value < param.minimum:
        raise _refuse(param, _("不能小于 %(bound)s。") % {"bound": param.minimum})
    if param.maximum is not None and value > param.maximum:
        raise _refuse(param, _("不能大于 %(bound)s。") % {"bound": param.maximum})
