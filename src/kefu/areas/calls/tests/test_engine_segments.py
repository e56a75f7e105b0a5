"""The stretches of a visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.calls.engine.segments import HOLD, TALK, Ring, segments

T = datetime(2026, 11, 20, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T + timedelta(seconds=seconds)


def shape(**given: object) -> list[tuple[str, float, float]]:
    return [
        (one.kind, (one.started_at - T).total_seconds(), (one.ended_at - T).total_seconds())
        for one in segments(entered_at=T, now=at(1000), **given)  # type: ignore[arg-type]
    ]


def test_an_answered_visit_with_a_failed_ring_a_hold_and_wrap_up() -> None:
    found = shape(
        answered_at=at(20), ended_at=at(80), ring_seconds=4, wrap_seconds=30, who="A",
        rings=[Ring(at(5), 3500, "B", "no_answer")], holds=[(at(40), True), (at(55), False)],
    )  # fmt: skip
    assert found == [
        ("queue", 0, 20), ("ring", 5, 8.5), ("ring", 16, 20), ("talk", 20, 40), ("hold", 40, 55), ("talk", 55, 80),
        ("wrap", 80, 110),
    ]  # fmt: skip


def test_what_goes_on_ends_now() -> None:
    assert shape(answered_at=None, ended_at=None) == [("queue", 0, 1000)]
    assert shape(answered_at=at(5), ended_at=None, holds=[(at(9), True)]) == [
        ("queue", 0, 5), ("talk", 5, 9), ("hold", 9, 1000),
    ]  # fmt: skip


def test_an_abandoned_visit_is_waiting_only() -> None:
    assert shape(answered_at=None, ended_at=at(7)) == [("queue", 0, 7)]


@given(st.lists(st.tuples(st.integers(-20, 120), st.booleans()), max_size=8), st.integers(0, 100))
def test_talk_and_hold_tile_the_conversation_whatever_the_events(marks: list[tuple[int, bool]], length: int) -> None:
    holds = sorted((at(second), begins) for second, begins in marks)
    found = [
        one
        for one in segments(entered_at=T, answered_at=T, ended_at=at(length), now=T, holds=holds)
        if one.kind in (TALK, HOLD)
    ]
    assert found[0].started_at == T
    assert found[-1].ended_at == at(length)
    for one, following in pairwise(found):
        assert one.ended_at == following.started_at
