"""Periods, comparisons and judgements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.insight import rules
from kefu.areas.insight.choices import Compare, Grain
from kefu.areas.insight.rules import Period
from kefu.kernel.metrics import Direction, Kind, Metric, Unit, total


def metric(direction: Direction, unit: Unit = Unit.PERCENT, **more: Any) -> Metric:
    return Metric("m", "M", unit, direction, Kind.RATIO, total("a"), total("b"), **more)


@pytest.mark.parametrize(
    ("period", "compare", "grain", "before"),
    [
        (("2026-11-20", "2026-11-21"), Compare.PREVIOUS, Grain.HALF, ("2026-11-19", "2026-11-20")),
        (("2026-11-20", "2026-11-21"), Compare.WEEK, Grain.HALF, ("2026-11-13", "2026-11-14")),
        (("2026-11-11", "2026-11-21"), Compare.WEEK, Grain.DAY, ("2026-10-28", "2026-11-07")),
        (("2026-11-01", "2026-12-01"), Compare.PREVIOUS, Grain.DAY, ("2026-10-01", "2026-11-01")),
        (("2026-01-01", "2027-01-01"), Compare.PREVIOUS, Grain.MONTH, ("2025-01-01", "2026-01-01")),
        (("2026-11-16", "2026-11-26"), Compare.PREVIOUS, Grain.WEEK, ("2026-11-02", "2026-11-12")),
    ],
)
def test_a_period_is_compared_with_the_one_that_suits(
    period: tuple[str, str], compare: Compare, grain: Grain, before: tuple[str, str]
) -> None:
    given_, expected = (Period(*map(date.fromisoformat, p)) for p in (period, before))
    assert rules.comparison(given_, compare, grain) == expected


def test_no_comparison_when_none_is_asked() -> None:
    assert rules.comparison(Period(date(2026, 1, 1), date(2026, 1, 2)), Compare.NONE, Grain.DAY) is None


@given(
    st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    st.integers(1, 400),
    st.sampled_from([Compare.PREVIOUS, Compare.WEEK]),
    st.sampled_from(list(Grain)),
)
def test_a_comparison_ends_before_the_period_and_moves_its_first_day_onto_it(
    start: date, days: int, compare: Compare, grain: Grain
) -> None:
    period = Period(start, start + timedelta(days=days))
    before = rules.comparison(period, compare, grain)
    assert before is not None
    assert before.end <= period.start
    assert rules.moved(before.start, "day", period, before) == period.start
    if compare is Compare.WEEK:
        assert (period.start - before.start).days % 7 == 0


def test_months_are_moved_as_months() -> None:
    period, before = Period(date(2026, 3, 1), date(2026, 5, 1)), Period(date(2026, 1, 1), date(2026, 3, 1))
    assert rules.moved(date(2026, 1, 1), "month", period, before) == date(2026, 3, 1)
    assert rules.moved(date(2026, 2, 1), "month", period, before) == date(2026, 4, 1)
    assert rules.moved("09:30", "half_hour", period, before) == "09:30"


@pytest.mark.parametrize(
    ("direction", "now", "before", "good"),
    [
        (Direction.UP, 0.8, 0.7, "up"),
        (Direction.DOWN, 0.8, 0.7, "down"),
        (Direction.NEUTRAL, 0.8, 0.7, "none"),
        (Direction.BAND, 0.80, 0.95, "down"),
        (Direction.BAND, 0.80, 0.60, "up"),
        (Direction.BAND, 0.80, 0.82, "none"),
        (Direction.BAND, 0.95, 0.90, "down"),
    ],
)
def test_the_direction_says_which_change_is_good(direction: Direction, now: float, before: float, good: str) -> None:
    assert rules.better(metric(direction, band=(0.75, 0.88)), now, before) == good


def test_percentages_change_in_points_and_the_rest_relatively() -> None:
    assert rules.change(metric(Direction.UP), 0.8, 0.75) == (pytest.approx(0.05), "point")
    assert rules.change(metric(Direction.DOWN, Unit.SECONDS), 90, 60) == (0.5, "percent")
    assert rules.change(metric(Direction.DOWN, Unit.SECONDS), 90, 0) == (None, "percent")
    assert rules.change(metric(Direction.UP), None, 0.5) == (None, "percent")


def test_a_thin_sample_judges_nobody() -> None:
    assert rules.is_thin(metric(Direction.UP, minimum_n=30), 29)
    assert not rules.is_thin(metric(Direction.UP, minimum_n=30), 30)


def test_a_chart_shows_every_day_and_the_times_between_the_seen() -> None:
    week = Period(date(2026, 11, 18), date(2026, 11, 21))
    assert rules.expected_keys(Grain.DAY, week, []) == [date(2026, 11, d) for d in (18, 19, 20)]
    assert rules.expected_keys(Grain.HALF, week, ["10:00", "09:00"]) == ["09:00", "09:30", "10:00"]
    assert rules.expected_keys(Grain.WEEK, week, []) == [date(2026, 11, 16)]
    assert rules.expected_keys(Grain.MONTH, Period(date(2025, 12, 5), date(2026, 2, 1)), []) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
    ]
