"""Folding the events of an agent into the intervals of its states."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.areas.calls.engine.agents import Machine, cut_at, fold_agent
from kefu.areas.calls.engine.types import CanonicalEvent, Interval
from kefu.areas.calls.engine.visits import order
from kefu.areas.calls.tests.logs import lawful_log
from kefu.areas.calls.tests.reading import CAPTURE, CRASH, file_lines, read_events, real

T = 1_795_216_000_000


def ev(second: float, type_: str, *, queue: str = "q", call: str = "", ordinal: int = 0, **data: Any) -> CanonicalEvent:
    return CanonicalEvent(T + int(second * 1000), ordinal, 0, type_, call, queue, "a", data)


def told(intervals: list[Interval]) -> list[tuple[Any, ...]]:
    return [
        (i.state, (i.started_ms - T) // 1000, None if i.ended_ms is None else (i.ended_ms - T) // 1000, i.reason)
        for i in intervals
    ]


def test_a_session_of_all_states() -> None:
    intervals = fold_agent(
        "a",
        [
            ev(0, "logged_in"),
            ev(20, "answered", call="c", wait=5, ring=3),
            ev(50, "ended", call="c", talk=30),
            ev(50, "wrap_started", ordinal=1, limit=30),
            ev(65, "wrap_ended"),
            ev(70, "not_ready", reason="小休"),
            ev(100, "ready"),
            ev(110, "logged_out"),
        ],
    )
    assert told(intervals) == [
        ("ready", 0, 17, ""),
        ("ringing", 17, 20, ""),
        ("talking", 20, 50, ""),
        ("wrap_up", 50, 65, ""),
        ("ready", 65, 70, ""),
        ("not_ready", 70, 100, "小休"),
        ("ready", 100, 110, ""),
    ]
    assert [i.call for i in intervals if i.state == "wrap_up"] == ["c"]


def test_not_ready_means_paused_in_every_queue() -> None:
    intervals = fold_agent(
        "a",
        [
            ev(0, "logged_in"),
            ev(0, "logged_in", queue="p", ordinal=1),
            ev(10, "not_ready", reason="auto"),
            ev(20, "not_ready", queue="p", reason="午餐"),
            ev(30, "ready", queue="p"),
            ev(40, "logged_out", queue="p"),
            ev(50, "logged_out"),
        ],
    )
    assert told(intervals) == [
        ("ready", 0, 20, ""),
        ("not_ready", 20, 30, "午餐"),
        ("ready", 30, 40, ""),
        ("not_ready", 40, 50, "auto"),
    ]


def test_a_wrap_up_ends_by_itself_when_its_time_is_over() -> None:
    events = [
        ev(0, "logged_in"),
        ev(10, "answered", call="c"),
        ev(20, "ended", call="c"),
        ev(20, "wrap_started", ordinal=1, limit=30),
        ev(90, "logged_out"),
    ]
    assert told(fold_agent("a", events)) == [
        ("ready", 0, 10, ""),
        ("talking", 10, 20, ""),
        ("wrap_up", 20, 50, ""),
        ("ready", 50, 90, ""),
    ]
    machine = Machine("a")
    machine.play(events[:-1])
    before, after = machine.present(T + 49_000), machine.present(T + 51_000)
    assert before is not None
    assert after is not None
    assert (before.state, after.state, after.started_ms) == ("wrap_up", "ready", T + 50_000)


def test_a_pause_reason_can_mean_wrap_up() -> None:
    intervals = fold_agent(
        "a",
        [
            ev(0, "logged_in"),
            ev(5, "answered", call="c"),
            ev(9, "not_ready", reason="acw"),
            ev(10, "ended", call="c"),
            ev(30, "ready"),
        ],
        wrap_reasons=["acw"],
    )
    assert told(intervals)[2] == ("wrap_up", 10, 30, "acw")


def test_a_restart_ends_the_session() -> None:
    intervals = fold_agent("a", [ev(0, "logged_in"), ev(5, "answered", call="c"), ev(9, "source_started", queue="")])
    assert told(intervals) == [("ready", 0, 5, ""), ("talking", 5, 9, "")]


def test_without_proof_of_a_session_a_conversation_makes_no_interval() -> None:
    conversation = [ev(5, "answered", call="c", ring=2), ev(9, "ended", call="c")]
    assert fold_agent("a", conversation) == []
    assert told(fold_agent("a", conversation, implicit=True)) == [
        ("ringing", 3, 5, ""),
        ("talking", 5, 9, ""),
        ("ready", 9, None, ""),
    ]


def test_intervals_are_cut_at_midnight() -> None:
    whole = [Interval("a", "ready", 0, 250), Interval("a", "talking", 250, None)]
    assert [(i.started_ms, i.ended_ms) for i in cut_at(whole, [100, 200])] == [
        (0, 100),
        (100, 200),
        (200, 250),
        (250, None),
    ]


@pytest.mark.data
def test_the_capture_tells_the_pauses() -> None:
    events = read_events(file_lines(real(*CAPTURE)))
    of_1001 = fold_agent(
        "Agent/1001", [e for e in events if e.agent == "Agent/1001" or e.type == "source_started"], implicit=True
    )
    pauses = [
        (i.started_ms // 1000, i.ended_ms // 1000, i.reason) for i in of_1001 if i.state == "not_ready" and i.ended_ms
    ]
    assert pauses == [(1795216119, 1795216127, "lunch|12:00")]
    of_1003 = fold_agent("Agent/1003", [e for e in events if e.agent == "Agent/1003"], implicit=True)
    assert [(i.started_ms // 1000, i.ended_ms and i.ended_ms // 1000) for i in of_1003 if i.reason == "会议"] == [
        (1795216229, 1795216233)
    ]


@pytest.mark.data
def test_the_crash_ends_every_session() -> None:
    events = read_events(file_lines(real(*CRASH)))
    for agent in ("Agent/1001", "Agent/1002"):
        intervals = fold_agent(
            agent, [e for e in events if e.agent == agent or e.type == "source_started"], implicit=True
        )
        assert not any(i.started_ms < 1795216367000 < (i.ended_ms or 2**62) for i in intervals)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), restart=st.booleans(), cut=st.floats(0, 1), implicit=st.booleans())
def test_intervals_tile_sessions_and_folding_can_stop_and_go_on(
    seed: int, restart: bool, cut: float, implicit: bool
) -> None:
    found = read_events(lawful_log(seed, restart=restart))
    for agent in ("Agent/1001", "Agent/1002"):
        own = sorted((e for e in found if e.agent == agent or e.type == "source_started"), key=order)
        whole = fold_agent(agent, own, implicit=implicit)
        for before, after in itertools.pairwise(whole):
            assert before.ended_ms is not None
            assert before.started_ms < before.ended_ms <= after.started_ms
        at = int(cut * len(own))
        first = Machine(agent, implicit=implicit)
        first.play(own[:at])
        second = Machine(agent, first.state, implicit=implicit)
        second.play(own[at:])
        joined = first.intervals + second.intervals
        assert joined == [i for i in whole if i.ended_ms is not None]
        logged_in = sum((i.ended_ms or i.started_ms) - i.started_ms for i in whole)
        gaps = sum(b.started_ms - (a.ended_ms or 0) for a, b in itertools.pairwise(whole))
        if whole:
            end = whole[-1].ended_ms or whole[-1].started_ms
            assert logged_in + gaps == end - whole[0].started_ms
