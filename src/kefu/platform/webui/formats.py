"""How numbers, durations and instants are written for people. Pure."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

NOTHING = "—"
"""What stands where there is no value."""


def duration(seconds: float | Decimal | None) -> str:
    """``m:ss`` below an hour, ``h:mm:ss`` from there on; a dash for no value; rounded half up to a second."""
    if seconds is None:
        return NOTHING
    total = math.floor(abs(float(seconds)) + 0.5)
    sign = "-" if seconds < 0 and total else ""
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02d}:{secs:02d}" if hours else f"{sign}{minutes}:{secs:02d}"


def clock_duration(seconds: float) -> str:
    """As ``duration`` without sign, minutes always in two digits: ``00:07``, ``1:00:07`` (chips and timers)."""
    total = int(abs(seconds))
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes:02d}:{secs:02d}"


def number(value: float | Decimal | None, places: int = 0) -> str:
    """Thousands separated, ``places`` decimals; a dash for no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    return f"{value:,.{places}f}"


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share (0.825) as ``82.5%``; a dash for no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    return f"{float(value) * 100:.{places}f}%"


def when(value: datetime | date | None, seconds: bool = False) -> str:
    """``2026-11-20 14:32`` in the current zone; a bare date stays a date; a dash for no value."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return value.isoformat()
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def file_size(size: int | None) -> str:
    """Bytes in the unit that leaves at most four digits: ``512 B``, ``20.0 MB``."""
    if size is None:
        return NOTHING
    value = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{int(value)} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TB"
