"""Folding the events of a call into its queue visits."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.areas.calls.choices import Outcome
from kefu.areas.calls.engine.types import CanonicalEvent
from kefu.areas.calls.engine.visits import fold_call
from kefu.areas.calls.tests.logs import lawful_log
from kefu.areas.calls.tests.reading import CAPTURE, CRASH, file_lines, read_events, real, visits_of

T = 1_795_216_000_000


def ev(
    second: float, type_: str, *, ordinal: int = 0, queue: str = "q", agent: str = "", **data: Any
) -> CanonicalEvent:
    return CanonicalEvent(T + int(second * 1000), ordinal, 0, type_, "c", queue, agent, data)


def test_an_answered_visit() -> None:
    [visit] = fold_call(
        [
            ev(0, "queued", caller="138", position=2),
            ev(4, "ring_no_answer", agent="a", ring_ms=3000),
            ev(7, "answered", agent="b", wait=7, ring=2),
            ev(20, "ended", agent="b", wait=7, talk=13, by="agent"),
        ]
    )
    assert (visit.outcome, visit.agent, visit.wait_seconds, visit.ring_seconds, visit.talk_seconds) == (
        "answered",
        "b",
        7,
        2,
        13,
    )
    assert (visit.entered_ms, visit.answered_ms, visit.ended_ms) == (T, T + 7000, T + 20000)
    assert (visit.released_by, visit.caller, visit.position) == ("agent", "138", 2)
    [attempt] = visit.attempts
    assert (attempt.agent, attempt.started_ms, attempt.ended_ms, attempt.result) == (
        "a",
        T + 1000,
        T + 4000,
        "no_answer",
    )


def test_a_blind_transfer_is_a_second_visit_of_the_same_call() -> None:
    first, second = fold_call(
        [
            ev(0, "queued"),
            ev(1, "answered", agent="a", wait=1),
            ev(5, "transferred", agent="a", wait=1, talk=4, kind="blind", target="400@in"),
            ev(5, "queued", queue="p", ordinal=1),
            ev(9, "abandoned", queue="p", wait=4),
        ]
    )
    assert (first.number, first.queue, first.transfer, first.transfer_target, first.released_by) == (
        1,
        "q",
        "blind",
        "400@in",
        "transfer",
    )
    assert (second.number, second.queue, second.outcome, second.wait_seconds) == (2, "p", "abandoned", 4)


def test_the_same_queue_twice() -> None:
    first, second = fold_call(
        [
            ev(0, "queued"),
            ev(3, "timed_out", wait=3),
            ev(10, "queued"),
            ev(12, "answered", agent="a", wait=2),
            ev(15, "ended", talk=3, agent="a"),
        ]
    )
    assert (first.outcome, second.outcome, second.talk_seconds) == ("timeout", "answered", 3)


def test_a_terminal_without_its_entry_begins_as_long_before_as_it_says() -> None:
    [left] = fold_call([ev(100, "abandoned", wait=8)])
    assert (left.entered_ms, left.ended_ms, left.outcome) == (T + 92000, T + 100000, "abandoned")
    [spoken] = fold_call([ev(100, "ended", wait=8, talk=30, agent="a", by="caller")])
    assert (spoken.entered_ms, spoken.answered_ms, spoken.agent) == (T + 62000, T + 70000, "a")


def test_a_clock_that_jumps_back_leaves_the_durations_right() -> None:
    [visit] = fold_call(
        [ev(0, "queued"), ev(-3600, "answered", wait=7, agent="a"), ev(-3590, "ended", wait=7, talk=10, agent="a")]
    )
    assert (visit.outcome, visit.wait_seconds, visit.talk_seconds) == ("answered", 7, 10)
    assert (visit.answered_ms, visit.ended_ms) == (T + 7000, T + 17000)


def test_a_restart_loses_what_is_open_then_and_nothing_else() -> None:
    starts = [(T + 50_000, 0)]
    [waiting] = fold_call([ev(40, "queued")], starts)
    assert (waiting.outcome, waiting.ended_ms, waiting.wait_seconds) == ("lost", T + 50_000, 10)
    [talking] = fold_call([ev(40, "queued"), ev(42, "answered", wait=2, agent="a")], starts)
    assert (talking.outcome, talking.answered_ms, talking.talk_seconds, talking.released_by) == (
        "lost",
        T + 42_000,
        8,
        "system",
    )
    [later] = fold_call([ev(60, "queued")], starts)
    assert (later.outcome, later.ended_ms) == ("waiting", None)
    [closed] = fold_call([ev(40, "queued"), ev(45, "abandoned", wait=5)], starts)
    assert closed.outcome == "abandoned"


def test_hold_is_told_apart_from_talk() -> None:
    [visit] = fold_call(
        [
            ev(0, "queued"),
            ev(2, "answered", wait=2, agent="a"),
            ev(10, "held"),
            ev(25, "retrieved"),
            ev(32, "ended", wait=2, talk=30, agent="a"),
        ]
    )
    assert (visit.talk_seconds, visit.hold_seconds, visit.holds) == (15, 15, 1)


def test_rows_bring_their_own_hold_wrap_and_satisfaction() -> None:
    [visit] = fold_call(
        [
            ev(0, "queued"),
            ev(2, "answered", wait=2, agent="a"),
            ev(52, "ended", talk=30, hold=20, wrap=15, satisfaction=5, disposition="bill", agent="a"),
        ]
    )
    assert (visit.talk_seconds, visit.hold_seconds, visit.wrap_seconds) == (30, 20, 15)
    assert (visit.satisfaction, visit.disposition) == (5, "bill")


def test_events_that_only_touch_the_call_make_no_visit() -> None:
    assert fold_call([ev(0, "noted", queue=""), ev(1, "offered", queue="")]) == []


@pytest.mark.data
def test_the_capture_gives_the_ground_truth() -> None:
    visits = visits_of(read_events(file_lines(real(*CAPTURE))))
    assert len(visits) == 53
    assert Counter(v.outcome for v in visits) == {
        "answered": 26,
        "abandoned": 20,
        "timeout": 4,
        "empty": 1,
        "exit_key": 1,
        "withdrawn": 1,
    }
    assert all(v.ended_ms is not None for v in visits)
    assert Counter(a.result for v in visits for a in v.attempts) == {"no_answer": 10, "cancelled": 10, "dumped": 8}
    assert Counter(v.released_by for v in visits if v.outcome == "answered") == {
        "caller": 21,
        "agent": 3,
        "transfer": 2,
    }


@pytest.mark.data
def test_the_crash_loses_the_connected_and_the_waiting_call() -> None:
    visits = visits_of(read_events(file_lines(real(*CRASH))))
    lost = [v for v in visits if v.outcome == "lost"]
    assert Counter(v.outcome for v in visits) == {"answered": 8, "lost": 2}
    assert [(v.queue, v.agent, v.ended_ms) for v in lost] == [
        ("q-sales", "Agent/1001", 1795216367000),
        ("q-complaint", "", 1795216367000),
    ]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), shuffle=st.integers(0, 10**6), restart=st.booleans(), drop=st.floats(0, 0.4))
def test_invariants_hold_for_any_log_any_delivery_order_and_any_loss(
    seed: int, shuffle: int, restart: bool, drop: float
) -> None:
    found = read_events(lawful_log(seed, restart=restart))
    rng = random.Random(shuffle)
    kept = [event for event in found if rng.random() >= drop]
    visits = visits_of(kept)
    shuffled = [*kept]
    rng.shuffle(shuffled)
    assert visits_of(shuffled) == visits
    for visit in visits:
        assert visit.outcome in Outcome.values
        assert (visit.outcome == "waiting") <= (visit.ended_ms is None)
        assert visit.ended_ms is None or visit.entered_ms <= (visit.answered_ms or visit.entered_ms) <= visit.ended_ms
        if visit.ended_ms is not None:
            busy = visit.wait_seconds + visit.talk_seconds + visit.hold_seconds
            assert busy * 1000 <= visit.ended_ms - visit.entered_ms
    numbers = Counter(v.call for v in visits)
    for call, count in numbers.items():
        assert sorted(v.number for v in visits if v.call == call) == list(range(1, count + 1))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_entry_of_a_whole_log_is_one_visit_with_one_end(seed: int) -> None:
    found = read_events(lawful_log(seed))
    visits = visits_of(found)
    assert len(visits) == sum(e.type == "queued" for e in found)
    assert all(v.ended_ms is not None and v.outcome != "waiting" for v in visits)
