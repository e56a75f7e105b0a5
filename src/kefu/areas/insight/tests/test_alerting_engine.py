"""Alerts never flap, and a series gives the same alerts however its evaluation is cut."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.areas.insight.choices import Condition
from kefu.areas.insight.engine.alerting import Band, Reading, Side, Terms, Verdict, judge, run, usual
from kefu.areas.insight.rules import end_of_quiet
from kefu.kernel import clock

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
TERMS = Terms(Condition.BELOW, 0.7, 0.8, minimum_n=20, hold_seconds=180, clear_seconds=600)


def at(minutes: float, value: float | None, n: float = 100, **more: object) -> Reading:
    return Reading(START + timedelta(minutes=minutes), value, n, **more)  # type: ignore[arg-type]


def fired_and_cleared(terms: Terms, readings: list[Reading]) -> list[tuple[float, float | None]]:
    def minute(instant: datetime | None) -> float | None:
        return None if instant is None else (instant - START).total_seconds() / 60

    return [(minute(e.fired.at), minute(e.cleared_at)) for e in run(terms, readings)[1]]  # type: ignore[misc]


def test_it_fires_after_its_hold_and_clears_after_the_other() -> None:
    values = [0.9, 0.6, 0.6, 0.6, 0.6, 0.75, 0.75] + [0.85] * 12
    assert fired_and_cleared(TERMS, [at(i, v) for i, v in enumerate(values)]) == [(4, 17)]


def test_between_the_limits_it_neither_fires_nor_clears() -> None:
    assert fired_and_cleared(TERMS, [at(i, 0.75) for i in range(60)]) == []
    assert fired_and_cleared(TERMS, [at(i, 0.5 if i < 5 else 0.75) for i in range(60)]) == [(3, None)]


def test_a_moment_of_relief_begins_the_hold_afresh() -> None:
    values = [0.6, 0.6, 0.6, 0.9, 0.6, 0.6, 0.6, 0.6]
    assert fired_and_cleared(TERMS, [at(i, v) for i, v in enumerate(values)]) == [(7, None)]


def test_readings_far_apart_prove_nothing_about_the_time_between() -> None:
    assert fired_and_cleared(TERMS, [at(0, 0.6), at(30, 0.6), at(31, 0.6), at(33, 0.6)]) == [(33, None)]


@pytest.mark.parametrize(
    ("reading", "verdict"),
    [
        (at(0, 0.6), Verdict.BREACH),
        (at(0, 0.7), Verdict.NEAR),
        (at(0, 0.8), Verdict.CLEAR),
        (at(0, 0.1, n=19), Verdict.CLEAR),
        (at(0, None), Verdict.CLEAR),
        (at(0, 0.1, is_open=False), Verdict.CLEAR),
    ],
)
def test_a_reading_is_judged_by_limit_sample_and_opening_hours(reading: Reading, verdict: Verdict) -> None:
    assert judge(TERMS, reading) is verdict


def test_missing_data_is_a_breach_in_opening_hours_only() -> None:
    terms = Terms(Condition.MISSING)
    assert judge(terms, at(0, 0, n=0)) is Verdict.BREACH
    assert judge(terms, at(0, 0, n=0, is_open=False)) is Verdict.CLEAR
    assert judge(terms, at(0, 3, n=3)) is Verdict.CLEAR


def test_the_usual_range_is_robust_and_needs_enough_days() -> None:
    band = usual([100, 102, 98, 101, 99, 100, 1000, 100], 3, 5)
    assert band is not None
    assert band.middle == 100
    assert band.spread == pytest.approx(3 * 2.0)  # 2 % of the median: more than 1.4826 × MAD 1
    assert usual([100, 102, 98, 101], 3, 5) is None


def test_a_trend_counts_on_its_bad_side_only() -> None:
    band = Band(100, 10, 8)
    low = Terms(Condition.TREND, side=Side.LOW)
    both = replace(low, side=Side.BOTH)
    assert judge(low, at(0, 85, usual=band)) is Verdict.BREACH
    assert judge(low, at(0, 125, usual=band)) is Verdict.CLEAR
    assert judge(both, at(0, 125, usual=band)) is Verdict.BREACH
    assert judge(both, at(0, 108, usual=band)) is Verdict.NEAR
    assert judge(both, at(0, 125)) is Verdict.CLEAR


readings_of = st.lists(
    st.tuples(st.integers(20, 400), st.one_of(st.none(), st.floats(0, 1)), st.integers(0, 60), st.booleans()),
    max_size=120,
)


def series(given_: list[tuple[int, float | None, int, bool]]) -> list[Reading]:
    moment, found = START, []
    for seconds, value, n, is_open in given_:
        moment += timedelta(seconds=seconds)
        found.append(Reading(moment, value, n, is_open=is_open or n > 5))
    return found


@settings(max_examples=150, deadline=None)
@given(readings_of, st.integers(0, 900), st.integers(60, 1800))
def test_it_never_flaps(given_: list[tuple[int, float | None, int, bool]], hold: int, clear: int) -> None:
    terms = replace(TERMS, hold_seconds=hold, clear_seconds=clear, minimum_n=3)
    _watch, episodes = run(terms, series(given_))
    for episode in episodes:
        if episode.cleared_at is not None:
            assert episode.cleared_at - episode.fired.at > timedelta(seconds=clear)
    for before, after in itertools.pairwise(episodes):
        assert before.cleared_at is not None
        assert after.fired.at - before.cleared_at > timedelta(seconds=hold)
        assert judge(terms, after.fired) is Verdict.BREACH


@settings(max_examples=150, deadline=None)
@given(readings_of, st.lists(st.integers(0, 120), max_size=8))
def test_cutting_the_evaluation_changes_nothing(
    given_: list[tuple[int, float | None, int, bool]], cuts: list[int]
) -> None:
    readings = series(given_)
    whole = run(TERMS, readings)
    watch, episodes = None, []  # type: ignore[var-annotated]
    bounds = [0, *sorted(min(c, len(readings)) for c in cuts), len(readings)]
    for first, last in itertools.pairwise(bounds):
        # an evaluation that is repeated from the start of its piece sees nothing twice
        watch, episodes = run(TERMS, readings[max(first - 1, 0) : last], watch, episodes)
    assert (watch, episodes) == whole


def test_quiet_hours_may_pass_midnight() -> None:
    zone = clock.zone("Asia/Shanghai")

    def local(hour: int, minute: int = 0, day: int = 20) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=zone)

    night = (time(22), time(8))
    assert end_of_quiet(*night, local(21, 59), zone) == local(21, 59)
    assert end_of_quiet(*night, local(22), zone) == local(8, day=21)
    assert end_of_quiet(*night, local(3), zone) == local(8)
    assert end_of_quiet(*night, local(8), zone) == local(8)
    assert end_of_quiet(time(12), time(14), local(13), zone) == local(14)
