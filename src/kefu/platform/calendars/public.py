"""The public holidays and make-up days of mainland China, as announced each year by the State Council.

The data come with the ``chinesecalendar`` package.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import chinese_calendar
from chinese_calendar import constants


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A day on which the country rests although it is a weekday, or works although it is a weekend."""

    day: date
    name: str
    is_worked: bool


def known_years() -> tuple[int, int]:
    """The first and the last year for which the announcement is on file."""
    return min(constants.holidays).year, max(constants.holidays).year


def days_of(year: int) -> list[PublicDay]:
    """The public holidays and make-up days of ``year`` in order; empty when the year is not on file."""
    rest = [PublicDay(day, _name(code), False) for day, code in constants.holidays.items() if day.year == year]
    worked = [PublicDay(day, _name(code), True) for day, code in constants.workdays.items() if day.year == year]
    return sorted((*rest, *worked), key=lambda entry: entry.day)


def _name(code: str) -> str:
    try:
        return str(chinese_calendar.Holiday(code).chinese)
    except ValueError:
        return code
