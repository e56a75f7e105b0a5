"""Why a clock is due when it is: what each local day counts, until the due instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kefu.kernel.clock import day_bounds, local_date
from kefu.platform.calendars.rules import Period, Schedule, open_seconds
from kefu.platform.clocks.choices import Verb
from kefu.platform.clocks.rules.replaying import Entry


@dataclass(frozen=True, slots=True)
class Counted:
    """One local day: its opening hours, what was counted, the count at its end, and what was lost to pauses."""

    day: date
    periods: tuple[Period, ...]
    is_special: bool
    counted_seconds: int
    total_seconds: int
    paused_seconds: int


def explain(log: Sequence[Entry], until: datetime, *, most_days: int = 62) -> list[Counted]:
    """What each local day counted from the start until ``until``; the last ``most_days`` days when there are more.

    Days between the last entry and ``until`` count as the clock runs now, so that the due instant of a running clock
    explains itself.
    """
    by_day: dict[date, list[int]] = {}
    schedules: dict[date, Schedule] = {}
    for start, end, schedule, running in _spans(log, until):
        for day, begin, finish in _days(start, end, schedule.time_zone):
            seconds = open_seconds(schedule, begin, finish)
            schedules[day] = schedule
            sums = by_day.setdefault(day, [0, 0])
            sums[0 if running else 1] += seconds
    total = 0
    rows = []
    for day in sorted(by_day):
        counted, paused = by_day[day]
        total += counted
        schedule = schedules[day]
        rows.append(Counted(day, schedule.periods_on(day), day in schedule.special, counted, total, paused))
    return rows[-most_days:]


def _spans(log: Sequence[Entry], until: datetime) -> Iterator[tuple[datetime, datetime, Schedule, bool]]:
    schedule = log[0].schedule
    assert schedule is not None
    running = True
    for number, entry in enumerate(log):
        schedule = entry.schedule or schedule
        if entry.verb in (Verb.PAUSED, Verb.RESUMED):
            running = entry.verb is Verb.RESUMED
        if entry.verb in (Verb.STOPPED, Verb.CANCELLED) or entry.at >= until:
            return
        end = log[number + 1].at if number + 1 < len(log) else until
        yield entry.at, min(end, until), schedule, running


def _days(start: datetime, end: datetime, zone: str) -> Iterator[tuple[date, datetime, datetime]]:
    day = local_date(start, zone)
    while start < end:
        closes = min(day_bounds(day, zone)[1], end).astimezone(UTC)
        yield day, start, closes
        start = closes
        day += timedelta(days=1)
