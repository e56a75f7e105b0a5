"""The coarsest tables that can answer are the ones that are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kefu.kernel.metrics import Fact, Measure
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


def test_a_family_stands_in_only_when_it_has_every_measure() -> None:
    talk, hold = Measure("q.talk", "", "q", "talk"), Measure("q.hold", "", "q", "hold")
    other = Measure("w.talk", "", "w", "talk")
    same = {m.code: m for m in (talk, hold, other)}
    asked = [Measure("a.talk", "", "a", "talk", same_as=("q.talk", "w.talk"))]
    assert plan.stand_ins(asked, same) == {"q": {"a.talk": talk}, "w": {"a.talk": other}}
    asked.append(Measure("a.hold", "", "a", "hold", same_as=("q.hold",)))
    assert plan.stand_ins(asked, same) == {"q": {"a.talk": talk, "a.hold": hold}}
    asked.append(Measure("a.rings", "", "a", "rings"))
    assert plan.stand_ins(asked, same) == {}


def test_fewer_keys_weigh_less_and_then_coarser_rows() -> None:
    def weight(*facts: Fact) -> tuple[int, int]:
        return plan.weight([plan.Segment(fact, date(2026, 1, 1), date(2026, 2, 1)) for fact in facts])

    lean = replace(SLOT, dimensions={"s_queue": "queue_id"})
    assert weight(lean) < weight(MONTH) < weight(DAY) == weight(DAY, MONTH) < weight(SLOT)
