"""Periods, comparisons and judgements of reports: pure, no clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from kefu.areas.insight.choices import Compare, Grain
from kefu.kernel.metrics import Direction, Metric, Unit, month_start, next_month, wilson

MOST_DAYS = {Grain.QUARTER: 92, Grain.HALF: 92, Grain.HOUR: 92, Grain.DAY: 400}
MOST_DAYS_ELSE = 3700


@dataclass(frozen=True, slots=True)
class Period:
    """Local days ``[start, end)``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        return self.start.day == 1 and self.end.day == 1 and self.end > self.start


def presets(today: date) -> dict[str, Period]:
    """The periods people ask for most, by code."""
    month = month_start(today)
    before = month_start(month - timedelta(days=1))
    monday = today - timedelta(days=today.weekday())
    day = timedelta(days=1)
    return {
        "today": Period(today, today + day),
        "yesterday": Period(today - day, today),
        "week": Period(monday, today + day),
        "last_week": Period(monday - 7 * day, monday),
        "7d": Period(today - 6 * day, today + day),
        "30d": Period(today - 29 * day, today + day),
        "month": Period(month, today + day),
        "last_month": Period(before, month),
    }


def add_months(day: date, months: int) -> date:
    """The first day of the month so many months from that of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_in(period: Period) -> int:
    """How many months a period of whole months has."""
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def comparison(period: Period, compare: Compare, grain: Grain) -> Period | None:
    """The period to compare with: as long as this one, right before it or whole weeks before it."""
    if compare is Compare.NONE:
        return None
    if compare is Compare.PREVIOUS and period.is_whole_months:
        return Period(add_months(period.start, -months_in(period)), period.start)
    shift = period.days
    if compare is Compare.WEEK or grain is Grain.WEEK:
        shift = math.ceil(shift / 7) * 7
    back = timedelta(days=shift)
    return Period(period.start - back, period.end - back)


def moved(value: Any, dimension: str, period: Period, before: Period) -> Any:
    """The interval of ``period`` that stands beside ``value`` of the comparison period."""
    if dimension in ("day", "week"):
        return value + (period.start - before.start)
    if dimension == "month":
        start, then = period.start, before.start
        return add_months(value, (start.year - then.year) * 12 + start.month - then.month)
    return value


def change(metric: Metric, now: float | None, before: float | None) -> tuple[float | None, str]:
    """How a value changed and in which measure: percentages in points, everything else relative."""
    if now is None or before is None:
        return None, "percent"
    if metric.unit is Unit.PERCENT:
        return now - before, "point"
    return ((now - before) / abs(before), "percent") if before else (None, "percent")


def better(metric: Metric, now: float | None, before: float | None) -> str:
    """Which way the change counts: ``up`` (a rise is good), ``down`` (a fall is good) or ``none``."""
    if metric.direction is Direction.UP:
        return "up"
    if metric.direction is Direction.DOWN:
        return "down"
    if metric.direction is Direction.BAND and metric.band and now is not None and before is not None:
        away_now, away_before = (_distance(v, metric.band) for v in (now, before))
        if away_now == away_before:
            return "none"
        return "up" if (away_now < away_before) == (now > before) else "down"
    return "none"


def _distance(value: float, band: tuple[float, float]) -> float:
    return max(band[0] - value, value - band[1], 0.0)


def interval(metric: Metric, numerator: float | None, denominator: float | None) -> tuple[float, float] | None:
    """Wilson's interval of a proportion; ``None`` where it does not apply."""
    if not metric.proportion or numerator is None or not denominator:
        return None
    return wilson(numerator, denominator)


def is_thin(metric: Metric, n: float, default: int = 20) -> bool:
    """Whether the sample is too small to judge a person by."""
    return bool(metric.denominator) and n < (metric.minimum_n or default)


def expected_keys(grain: Grain, period: Period, seen: Sequence[Any]) -> list[Any]:
    """The intervals that a chart shows: every day, week or month of the period, or the times of day between the seen."""
    if grain is Grain.DAY:
        return [period.start + timedelta(days=i) for i in range(period.days)]
    if grain is Grain.WEEK:
        monday = period.start - timedelta(days=period.start.weekday())
        return [monday + timedelta(days=7 * i) for i in range(math.ceil((period.end - monday).days / 7))]
    if grain is Grain.MONTH:
        months = []
        month = month_start(period.start)
        while month < period.end:
            months.append(month)
            month = next_month(month)
        return months
    if grain.is_time_of_day and seen:
        step = {Grain.QUARTER: 15, Grain.HALF: 30, Grain.HOUR: 60}[grain]
        labels = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, step)]
        return labels[labels.index(min(seen)) : labels.index(max(seen)) + 1]
    return sorted(seen)


def end_of_quiet(start: time, end: time, at: datetime, zone: tzinfo) -> datetime:
    """``at`` outside the quiet hours, else the instant at which they end; hours may pass midnight."""
    local = at.astimezone(zone)
    moment = local.time()
    inside = start <= moment < end if start <= end else moment >= start or moment < end
    if not inside or start == end:
        return at
    day = local.date() if moment < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(UTC)
