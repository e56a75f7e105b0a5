"""Which days a report is about, and with which it is compared. Periods are local days ``(start, end)``, end exclusive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

Days = tuple[date, date]
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
LENGTHS = {"daily": 1, "weekly": 7}
SAME_WEEKDAYS = timedelta(days=364)


def _months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def containing(cadence: str, day: date) -> Days:
    """The period of the cadence in which ``day`` lies; weeks begin on Monday."""
    if cadence == "daily":
        return day, day + timedelta(days=1)
    if cadence == "weekly":
        start = day - timedelta(days=day.weekday())
        return start, start + timedelta(days=7)
    length = MONTHS[cadence]
    start = date(day.year, (day.month - 1) // length * length + 1, 1)
    return start, _months_on(start, length)


def previous(cadence: str, start: date) -> Days:
    """The period right before the one that begins with ``start``."""
    return containing(cadence, start - timedelta(days=1))


def last_ended(cadence: str, today: date) -> Days:
    """The latest period that is over when ``today`` begins."""
    return previous(cadence, containing(cadence, today)[0])


def week_before(start: date, end: date) -> Days:
    """The same weekdays one week earlier."""
    week = timedelta(days=7)
    return start - week, end - week


def year_before(cadence: str, start: date) -> Days:
    """The same period of last year; for days and weeks the same weekdays 52 weeks earlier."""
    if cadence in LENGTHS:
        return start - SAME_WEEKDAYS, start - SAME_WEEKDAYS + timedelta(days=LENGTHS[cadence])
    return containing(cadence, _months_on(start, -12))


def following(cadence: str, start: date, today: date) -> Iterator[Days]:
    """The periods from the one that begins with ``start`` on that are over when ``today`` begins."""
    period = containing(cadence, start)
    while period[1] <= today:
        yield period
        period = containing(cadence, period[1])


def name(cadence: str, start: date) -> str:
    """A short name that sorts: ``2026-11-20``, ``2026-W47``, ``2026-10``, ``2026-Q3``, ``2026``."""
    if cadence == "daily":
        return start.isoformat()
    if cadence == "weekly":
        year, week, _day = start.isocalendar()
        return f"{year}-W{week:02d}"
    if cadence == "monthly":
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{(start.month + 2) // 3}" if cadence == "quarterly" else str(start.year)
