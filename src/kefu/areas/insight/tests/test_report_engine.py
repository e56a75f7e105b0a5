"""Periods, contributions that leave no remainder, and pictures."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.insight.engine import contributions, report_periods, svg
from kefu.areas.insight.engine.svg import Pen

SUMS = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda p: (float(min(p)), float(max(p))))
PARTS = st.dictionaries(st.sampled_from("abcdef"), SUMS, min_size=1)


@pytest.mark.parametrize(
    ("cadence", "day", "period", "name"),
    [
        ("daily", date(2026, 11, 20), (date(2026, 11, 20), date(2026, 11, 21)), "2026-11-20"),
        ("weekly", date(2026, 1, 1), (date(2025, 12, 29), date(2026, 1, 5)), "2026-W01"),
        ("monthly", date(2026, 12, 31), (date(2026, 12, 1), date(2027, 1, 1)), "2026-12"),
        ("quarterly", date(2026, 8, 15), (date(2026, 7, 1), date(2026, 10, 1)), "2026-Q3"),
        ("yearly", date(2028, 2, 29), (date(2028, 1, 1), date(2029, 1, 1)), "2028"),
    ],
)
def test_a_day_lies_in_its_period(cadence: str, day: date, period: tuple[date, date], name: str) -> None:
    assert report_periods.containing(cadence, day) == period
    assert report_periods.name(cadence, period[0]) == name


def test_earlier_periods_match_in_weekdays_or_months() -> None:
    assert report_periods.previous("monthly", date(2026, 1, 1)) == (date(2025, 12, 1), date(2026, 1, 1))
    assert report_periods.year_before("daily", date(2026, 11, 20)) == (date(2025, 11, 21), date(2025, 11, 22))
    assert report_periods.year_before("monthly", date(2024, 2, 1)) == (date(2023, 2, 1), date(2023, 3, 1))
    assert report_periods.last_ended("weekly", date(2026, 11, 16)) == (date(2026, 11, 9), date(2026, 11, 16))


def test_missed_periods_follow_one_another() -> None:
    found = list(report_periods.following("daily", date(2026, 11, 17), date(2026, 11, 20)))
    assert [start.day for start, _end in found] == [17, 18, 19]


@given(PARTS, PARTS)
def test_the_shares_of_a_ratio_sum_to_its_change(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> None:
    (a0, b0), (a1, b1) = contributions.whole(before), contributions.whole(after)
    shares = contributions.of_ratio(before, after)
    if not b0 or not b1:
        assert shares == []
    else:
        assert sum(share.total for share in shares) == pytest.approx(a1 / b1 - a0 / b0, abs=1e-9)


def test_a_part_that_grew_is_mix_and_a_part_that_fell_is_rate() -> None:
    grew = contributions.of_ratio({"x": (90, 100), "y": (50, 100)}, {"x": (90, 100), "y": (150, 300)})
    assert {share.key: share.rate for share in grew} == {"x": 0, "y": 0}
    fell = contributions.of_ratio({"x": (90, 100), "y": (50, 100)}, {"x": (70, 100), "y": (50, 100)})
    assert [(share.key, round(share.rate, 6), share.mix) for share in fell] == [("x", -0.1, 0), ("y", 0, 0)]


def test_days_are_the_sample_where_there_are_enough() -> None:
    same = [(80.0, 100.0), (90.0, 100.0), (70.0, 100.0), (85.0, 100.0), (75.0, 100.0)]
    doubt = contributions.doubt(same, same, proportion=True)
    assert doubt is not None
    assert doubt.method == "days"
    assert not doubt.is_clear
    steady = [(80.0, 100.0)] * 5
    clear = contributions.doubt(steady, [(60.0, 100.0)] * 5, proportion=True)
    assert clear is not None
    assert clear.is_clear


def test_newcombe_speaks_of_single_days() -> None:
    """Newcombe 1998, table II, example (a): 56/70 against 48/80 is 0.20 (0.0524, 0.3339)."""
    doubt = contributions.doubt([(48, 80)], [(56, 70)], proportion=True)
    assert doubt is not None
    assert (round(doubt.low, 4), round(doubt.high, 4)) == (0.0524, 0.3339)
    assert contributions.doubt([(48, 80)], [(56, 70)], proportion=False) is None


def test_pictures_are_named_and_escape_what_they_write() -> None:
    drawn = svg.shares(Pen(), "A & B", [("<x>", -0.2, "-0.2", "bad"), ("y", 0.1, "+0.1", "good")])
    assert 'aria-label="A &amp; B"' in drawn
    assert "&lt;x&gt;" in drawn
    assert "style=" not in drawn
    assert 'fill="#c02637"' in svg.shares(Pen(paper=True), "", [("x", -0.2, "", "bad")])
    assert svg.scale(0) == [0, 1]
    assert svg.scale(4539)[-1] == 6000
