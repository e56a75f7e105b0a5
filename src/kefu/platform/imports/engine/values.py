"""One cell to one typed value, or to what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.registry import Column

EXCEL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"})
YES = frozenset({"是", "y", "yes", "true", "1", "对", "有"})
NO = frozenset({"否", "n", "no", "false", "0", "错", "无"})
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?(?:\.\d{1,6})?)?分?")
SPAN = re.compile(r"(?:(\d{1,4})[:：])?(\d{1,4})[:：](\d{1,2})")
FIRST_YEAR, LAST_YEAR = 1900, 2200


class BadCell(ValueError):
    """The cell cannot be what its column says; the message is for people."""


def typed(column: Column, cell: Any, zone: ZoneInfo) -> Any:
    """The value of the cell, ``None`` when it is empty; raises ``BadCell``."""
    if isinstance(cell, str):
        cell = cell.strip()
        if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@":
            cell = cell[1:]
        if cell in EXCEL_ERRORS:
            raise BadCell(_("单元格是公式错误 %(value)s，请改成具体的值") % {"value": cell})
    if cell is None or cell == "":
        if column.required:
            raise BadCell(_("必填，不能为空"))
        return None
    return _PARSERS[column.kind](column, cell, zone)


def _text(column: Column, cell: Any, zone: ZoneInfo) -> str:
    if isinstance(cell, bool):
        text = _("是") if cell else _("否")
    elif isinstance(cell, float):
        if cell.is_integer():
            if abs(cell) >= 10**15:
                raise BadCell(_("数字超过 15 位，Excel 已丢失末尾的数字。请把该列设为“文本”后重新填写"))
            text = str(int(cell))
        else:
            text = repr(cell)
    elif isinstance(cell, datetime):
        text = f"{cell:%Y-%m-%d %H:%M:%S}" if cell.time() != time() else f"{cell:%Y-%m-%d}"
    else:
        text = str(cell)
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in text):
        raise BadCell(_("含有看不见的控制字符，请删除后重新填写"))
    if len(text) > column.max_length:
        raise BadCell(_("最多 %(count)d 个字，现有 %(length)d 个") % {"count": column.max_length, "length": len(text)})
    return text


def _decimal(column: Column, cell: Any, zone: ZoneInfo) -> Decimal:
    if isinstance(cell, bool | date | time | timedelta):
        raise BadCell(_("应为数字"))
    text = str(cell).replace(",", "").replace("，", "").strip()
    scale = Decimal(1)
    if text.endswith(("%", "％")):
        text, scale = text[:-1], Decimal("0.01")
    try:
        value = Decimal(text) * scale
    except InvalidOperation:
        raise BadCell(_("应为数字")) from None
    if not value.is_finite() or abs(value) > 10**15:
        raise BadCell(_("应为数字，且不能过大"))
    _bounds(column, value)
    return value


def _int(column: Column, cell: Any, zone: ZoneInfo) -> int:
    value = _decimal(column, cell, zone)
    if value != value.to_integral_value():
        raise BadCell(_("应为整数"))
    return int(value)


def _bool(column: Column, cell: Any, zone: ZoneInfo) -> bool:
    if isinstance(cell, bool):
        return cell
    word = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadCell(_("应为“是”或“否”"))


def _date(column: Column, cell: Any, zone: ZoneInfo) -> date:
    if isinstance(cell, datetime):
        return _in_years(cell.date())
    if isinstance(cell, date):
        return _in_years(cell)
    found = DATE.fullmatch(str(cell).split("T")[0].split(" ")[0] if "年" not in str(cell) else str(cell).strip())
    if found is None:
        raise BadCell(_("应为日期，例如 2026-11-20"))
    return _make_date(found)


def _datetime(column: Column, cell: Any, zone: ZoneInfo) -> datetime:
    if isinstance(cell, datetime):
        _in_years(cell.date())
        return cell.replace(tzinfo=zone) if cell.tzinfo is None else cell
    if isinstance(cell, date):
        return datetime.combine(_in_years(cell), time(), tzinfo=zone)
    text = str(cell).strip()
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        parts = text.replace("T", " ").split(maxsplit=1)
        day = DATE.fullmatch(parts[0])
        if day is None:
            raise BadCell(_("应为日期时间，例如 2026-11-20 14:32:05")) from None
        value = datetime.combine(_make_date(day), _clock(parts[1]) if len(parts) > 1 else time())
    _in_years(value.date())
    return value.replace(tzinfo=zone) if value.tzinfo is None else value


def _duration(column: Column, cell: Any, zone: ZoneInfo) -> int:
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
    elif isinstance(cell, time):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
    elif found := SPAN.fullmatch(str(cell).strip()):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        if rest > 59 or (found.group(1) and minutes > 59):
            raise BadCell(_("应为秒数，或 分:秒、时:分:秒"))
        seconds = hours * 3600 + minutes * 60 + rest
    else:
        try:
            seconds = _int(column, cell, zone)
        except BadCell:
            raise BadCell(_("应为秒数，或 分:秒、时:分:秒")) from None
    if seconds < 0:
        raise BadCell(_("时长不能为负"))
    _bounds(column, Decimal(seconds))
    return seconds


def _choice(column: Column, cell: Any, zone: ZoneInfo) -> str:
    text = _text(column, cell, zone).casefold()
    for value, label in column.choices:
        if text in (str(value).casefold(), str(label).casefold()):
            return value
    allowed = "、".join(str(label) for _value, label in list(column.choices)[:12])
    raise BadCell(_("只能是：%(allowed)s") % {"allowed": allowed})


def _clock(text: str) -> time:
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadCell(_("应为日期时间，例如 2026-11-20 14:32:05"))
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        raise BadCell(_("没有这个时刻")) from None


def _make_date(found: re.Match[str]) -> date:
    parts = [int(part) for part in found.groups() if part is not None]
    try:
        return _in_years(date(*parts))
    except ValueError as error:
        if isinstance(error, BadCell):
            raise
        raise BadCell(_("没有这一天")) from None


def _in_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell(_("年份应在 %(first)d 到 %(last)d 之间") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return day


def _bounds(column: Column, value: Decimal) -> None:
    if column.minimum is not None and value < column.minimum:
        raise BadCell(_("不能小于 %(bound)s") % {"bound": column.minimum})
    if column.maximum is not None and value > column.maximum:
        raise BadCell(_("不能大于 %(bound)s") % {"bound": column.maximum})


_PARSERS: dict[ColumnKind, Callable[[Column, Any, ZoneInfo], Any]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.INT: _int,
    ColumnKind.DECIMAL: _decimal,
    ColumnKind.BOOL: _bool,
    ColumnKind.DATE: _date,
    ColumnKind.DATETIME: _datetime,
    ColumnKind.DURATION: _duration,
    ColumnKind.CHOICE: _choice,
}
