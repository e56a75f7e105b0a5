"""Lengths of time as people write and read them: ``4小时``, ``1小时30分钟``, ``30天``; English units are read too."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kefu.kernel.errors import InvalidInput

UNITS = {
    "天": 86400,
    "日": 86400,
    "d": 86400,
    "小时": 3600,
    "时": 3600,
    "h": 3600,
    "分钟": 60,
    "分": 60,
    "m": 60,
    "秒": 1,
    "s": 1,
}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,2})?)\s*(天|日|小时|时|分钟|分|秒|d|h|m|s)[a-z]*\s*", re.IGNORECASE)


def read_length(text: str, *, field: str = "") -> int:
    """Seconds of ``1小时30分钟`` or ``90m``; raises ``InvalidInput`` for anything else."""
    position, total = 0, 0.0
    text = text.strip()
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            break
        total += float(match[1]) * UNITS[match[2].lower()]
        position = match.end()
    if not text or position < len(text):
        raise InvalidInput(
            _("“%(text)s”不是时长，请写成 4小时、30分钟 或 7天。") % {"text": text[:40]}, field=field, code="bad_length"
        )
    return round(total)


def read_lengths(text: str, *, field: str = "") -> list[int]:
    """Several lengths, separated by commas."""
    return [read_length(part, field=field) for part in re.split(r"[,,;;、\n]+", text) if part.strip()]


def write_length(seconds: int | None) -> str:
    """The length in its largest whole units, in the reader's language; hours are the largest below two days."""
    if seconds is None:
        return ""
    if seconds == 0:
        return _("立即")
    days, rest = divmod(seconds, 86400)
    if days and not rest:
        return _days(days)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_hours(hours))
    if minutes:
        parts.append(_minutes(minutes))
    if left:
        parts.append(_("%(n)s 秒") % {"n": left})
    return " ".join(parts)


def plain_length(seconds: int) -> str:
    """The length as ``read_length`` reads it, whatever the language: ``1h30m``."""
    parts, rest = "", seconds
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        parts += f"{count}{unit}" if count else ""
    return parts or "0m"


def _days(n: int) -> str:
    return ngettext("%(n)s 天", "%(n)s 天", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)s 小时", "%(n)s 小时", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)s 分钟", "%(n)s 分钟", n) % {"n": n}
