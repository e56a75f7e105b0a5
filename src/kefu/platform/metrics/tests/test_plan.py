"""The coarsest tables that can answer are the ones that are read."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.metrics import plan
from kefu.platform.metrics.tests.samples import FACT_LIST

SLOT, DAY, MONTH = FACT_LIST[:3]
FAMILY = [SLOT, DAY, MONTH]


def spans(parts: list[plan.Segment] | None) -> list[tuple[str, date, date]]:
    assert parts is not None
    return [(p.fact.code, p.start, p.end) for p in parts]


def test_whole_months_come_from_months_and_the_rest_from_days() -> None:
    parts = plan.segments(FAMILY, {"s_queue"}, ["month"], date(2026, 1, 30), date(2026, 4, 3))
    assert spans(parts) == [
        ("s.day", date(2026, 1, 30), date(2026, 2, 1)),
        ("s.month", date(2026, 2, 1), date(2026, 4, 1)),
        ("s.day", date(2026, 4, 1), date(2026, 4, 3)),
    ]


def test_days_are_never_read_from_months() -> None:
    parts = plan.segments(FAMILY, set(), ["day"], date(2026, 1, 1), date(2027, 1, 1))
    assert spans(parts) == [("s.day", date(2026, 1, 1), date(2027, 1, 1))]


def test_half_hours_need_slots() -> None:
    parts = plan.segments(FAMILY, set(), ["half_hour", "month"], date(2026, 1, 1), date(2026, 2, 1))
    assert spans(parts) == [("s.slot", date(2026, 1, 1), date(2026, 2, 1))]


def test_slots_answer_when_no_coarser_table_exists() -> None:
    parts = plan.segments([SLOT], set(), [], date(2026, 1, 1), date(2026, 3, 1))
    assert spans(parts) == [("s.slot", date(2026, 1, 1), date(2026, 3, 1))]


def test_no_table_knows_the_dimension() -> None:
    assert plan.segments(FAMILY, {"agent"}, [], date(2026, 1, 1), date(2026, 2, 1)) is None


def test_days_around_whole_months_cannot_come_from_months_alone() -> None:
    assert plan.segments([MONTH], set(), [], date(2026, 1, 2), date(2026, 3, 1)) is None


@given(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(0, 900))
def test_segments_cover_the_range_once(start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    parts = plan.segments(FAMILY, set(), [], start, end)
    assert parts is not None
    covered = [d for p in parts for d in range(p.start.toordinal(), p.end.toordinal())]
    assert covered == list(range(start.toordinal(), end.toordinal()))
    assert all(p.start.day == p.end.day == 1 for p in parts if p.fact is MONTH)
