"""Reads: calendars as schedules that decide without further queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from kefu.platform.calendars.models import SpecialDay, WorkingCalendar
from kefu.platform.calendars.rules import ALWAYS, Period, Schedule


def calendars() -> QuerySet[WorkingCalendar]:
    """All calendars, in order."""
    return WorkingCalendar.objects.all()


def schedule(calendar_id: int | None) -> Schedule:
    """The schedule of a calendar; without one that of the default calendar, or round the clock."""
    return schedules([calendar_id])[calendar_id]


def schedules(calendar_ids: Iterable[int | None]) -> dict[int | None, Schedule]:
    """Several schedules at once, in three queries whatever their number. ``None`` stands for the default."""
    wanted = set(calendar_ids)
    rows = {
        row.pk: row
        for row in WorkingCalendar.objects.prefetch_related("periods", "special_days")
        if row.pk in wanted or (row.is_default and None in wanted)
    }
    found: dict[int | None, Schedule] = {pk: _schedule(row) for pk, row in rows.items() if pk in wanted}
    if None in wanted:
        default = next((row for row in rows.values() if row.is_default), None)
        found[None] = _schedule(default) if default else ALWAYS
    for missing in wanted - set(found):
        found[missing] = ALWAYS
    return found


def special_days(calendar: WorkingCalendar, first: date, last: date) -> dict[date, SpecialDay]:
    """The special days of a calendar from ``first`` to ``last``, both included."""
    return {row.day: row for row in calendar.special_days.filter(day__gte=first, day__lte=last)}


def _schedule(row: WorkingCalendar) -> Schedule:
    weekly: list[list[Period]] = [[] for _ in range(7)]
    for period in row.periods.all():
        weekly[period.weekday].append((period.opens_minute, period.closes_minute))
    return Schedule(
        weekly=tuple(tuple(day) for day in weekly),
        special={d.day: tuple((p[0], p[1]) for p in d.periods) for d in row.special_days.all()},
        time_zone=row.time_zone,
    )
