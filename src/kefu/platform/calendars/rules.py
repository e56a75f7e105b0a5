"""Working time as pure arithmetic: whether a service is open, how long it was, when so much of it has passed.

A period is ``(opens, closes)`` in minutes of the local day, ``0 ≤ opens < closes ≤ 1440``; a day that is open past
midnight has a period that ends at 1440 and one on the next day that begins at 0. Local times that a change of clocks
skips or repeats follow the zone: working time is time that really passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from kefu.kernel.clock import DEFAULT_ZONE, zone

Period = tuple[int, int]
DAY_MINUTES = 1440
HORIZON_DAYS = 3660
"""How far ahead ``add_open_seconds`` looks before it says that the service never opens again."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A calendar in a form that decides without a database: seven weekdays (Monday first) and the days that differ."""

    weekly: tuple[tuple[Period, ...], ...]
    special: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)
    time_zone: str = DEFAULT_ZONE

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """The periods in which the service is open on a local day."""
        special = self.special.get(day)
        return special if special is not None else self.weekly[day.weekday()]


ALWAYS = Schedule(weekly=(((0, DAY_MINUTES),),) * 7)
"""Round the clock."""


def check_periods(periods: Sequence[Period]) -> str:
    """Why ``periods`` cannot be those of one day ("" when they can): ``order``, ``bounds`` or ``overlap``."""
    previous = -1
    for opens, closes in sorted(periods):
        if not 0 <= opens < DAY_MINUTES or not 0 < closes <= DAY_MINUTES:
            return "bounds"
        if opens >= closes:
            return "order"
        if opens < previous:
            return "overlap"
        previous = closes
    return ""


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether the service is open at ``at``; the closing minute is already closed."""
    day = at.astimezone(zone(schedule.time_zone)).date()
    return any(start <= at < end for start, end in _open_on(schedule, day))


def open_seconds(schedule: Schedule, start: datetime, end: datetime) -> int:
    """How many seconds the service was open in ``[start, end)``, rounded down; 0 when ``end`` is not after ``start``."""
    if end <= start:
        return 0
    total = timedelta()
    for opened, closed in open_stretches(schedule, start, end):
        total += min(closed, end) - max(opened, start)
    return total // timedelta(seconds=1)


def add_open_seconds(schedule: Schedule, start: datetime, seconds: int) -> datetime | None:
    """The first instant at which ``seconds`` of opening time have passed since ``start``.

    ``seconds=0`` answers the first open instant from ``start`` on. ``None`` when the service does not open for so long
    within ten years.
    """
    left = timedelta(seconds=seconds)
    until = start + timedelta(days=HORIZON_DAYS)
    for opened, closed in open_stretches(schedule, start, until):
        begin = max(opened, start)
        if closed - begin >= left and (seconds or begin < closed):
            return begin + left
        left -= closed - begin
    return None


def open_stretches(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches that touch ``[start, end)``, whole and in order."""
    tz = zone(schedule.time_zone)
    day = start.astimezone(tz).date()
    last = end.astimezone(tz).date()
    while day <= last:
        for opened, closed in _open_on(schedule, day):
            if closed > start and opened < end:
                yield opened, closed
        day += timedelta(days=1)


def _open_on(schedule: Schedule, day: date) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in sorted(schedule.periods_on(day)):
        yield _instant(schedule, day, opens), _instant(schedule, day, closes)


def _instant(schedule: Schedule, day: date, minute: int) -> datetime:
    days, minute = divmod(minute, DAY_MINUTES)
    local = datetime.combine(
        day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone(schedule.time_zone)
    )
    return local.astimezone(UTC)
