"""The time range of reports."""

from __future__ import annotations

from datetime import date

import pytest

from kefu.kernel.errors import InvalidInput
from kefu.platform.webui.ranges import read_range

TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        ("today", date(2026, 11, 18), date(2026, 11, 19)),
        ("yesterday", date(2026, 11, 17), date(2026, 11, 18)),
        ("this_week", date(2026, 11, 16), date(2026, 11, 19)),
        ("last_week", date(2026, 11, 9), date(2026, 11, 16)),
        ("this_month", date(2026, 11, 1), date(2026, 11, 19)),
        ("last_month", date(2026, 10, 1), date(2026, 11, 1)),
    ],
)
def test_presets(preset: str, start: date, end: date) -> None:
    found = read_range({"range": preset}, TODAY)
    assert (found.start, found.end, found.preset) == (start, end, preset)


def test_own_days_include_the_last() -> None:
    found = read_range({"from": "2026-11-01", "to": "2026-11-07", "compare": "week"}, TODAY)
    assert (found.start, found.last, found.days) == (date(2026, 11, 1), date(2026, 11, 7), 7)
    assert found.other is not None
    assert (found.other.start, found.other.last) == (date(2026, 10, 25), date(2026, 10, 31))
    assert found.parameters == {"range": "custom", "from": "2026-11-01", "to": "2026-11-07", "compare": "week"}


def test_a_year_before_a_leap_day_is_the_28th() -> None:
    found = read_range({"from": "2028-02-29", "to": "2028-02-29", "compare": "year"}, TODAY)
    assert found.other is not None
    assert (found.other.start, found.other.days) == (date(2027, 2, 28), 1)


@pytest.mark.parametrize(
    "query",
    [
        {"range": "forever"},
        {"from": "soon"},
        {"from": "2026-11-09", "to": "2026-11-01"},
        {"from": "2020-01-01", "to": "2026-01-01"},
        {"compare": "century"},
        {"from": "0001-01-01"},
    ],
)
def test_what_cannot_be_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        read_range(query, TODAY)
