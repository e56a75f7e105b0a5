"""Given a log, when it is replayed, then count, due instant and steps are those of a walk from minute to minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.platform.calendars.rules import ALWAYS, Schedule
from kefu.platform.clocks.choices import ClockStatus, StepKind, Verb
from kefu.platform.clocks.rules import Entry, Level, Terms, check_terms, explain, replay
from kefu.platform.clocks.tests.reference import walk

WORK = ((540, 720), (810, 1080))
OFFICE = Schedule(
    weekly=(WORK,) * 5 + ((), ()),
    special={date(2026, 10, day): () for day in range(1, 8)} | {date(2026, 10, 10): WORK, date(2026, 9, 20): WORK},
)
NIGHTS = Schedule(weekly=(((0, 360), (1320, 1440)),) * 7)
NEVER = Schedule(weekly=((),) * 7)
HOUR = 3600
TERMS = Terms(4 * HOUR, (50, 80), (86400, 3600), (Level(0, "leader"), Level(4 * HOUR, "upper_leader")))


def at(text: str) -> datetime:
    """An instant of Shanghai."""
    return datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


def start(text: str, *, target: int | None = 4 * HOUR, due: str = "", schedule: Schedule = OFFICE) -> Entry:
    return Entry(
        Verb.STARTED,
        at(text),
        TERMS,
        schedule,
        target_seconds=None if due else target,
        due_at=at(due) if due else None,
    )


def steps_of(log: list[Entry], now: str) -> dict[str, datetime]:
    return {f"{s.kind.value}{s.level}": s.at for s in replay(log, at(now)).steps if s.at is not None}


def test_a_lunch_break_a_weekend_and_a_holiday_do_not_count() -> None:
    # Friday 16:00: two hours until the weekend, one and a half of Monday morning … the week of the holiday is skipped
    log = [start("09-25T16:00")]
    state = replay(log, at("09-28T10:00"))
    assert (state.elapsed_seconds, state.remaining_seconds) == (3 * HOUR, HOUR)
    assert state.due_at == at("09-28T11:00")
    log = [start("09-30T17:00")]
    assert replay(log, at("09-30T17:30")).due_at == at("10-08T12:00")
    log = [start("09-25T11:00", target=2 * HOUR)]
    assert replay(log, at("09-25T13:00")).due_at == at("09-25T14:30")


def test_a_make_up_working_day_counts() -> None:
    log = [start("10-09T17:00")]
    assert replay(log, at("10-09T17:00")).due_at == at("10-10T12:00")
    assert steps_of(log, "10-09T17:00") == {
        "warn0": at("10-10T10:00"),
        "warn1": at("10-10T11:12"),
        "breach0": at("10-10T12:00"),
        "escalate0": at("10-10T12:00"),
        "escalate1": at("10-10T17:30"),
    }


def test_a_pause_moves_the_due_instant_and_nothing_comes_meanwhile() -> None:
    log = [start("09-21T09:00"), Entry(Verb.PAUSED, at("09-21T10:00"))]
    state = replay(log, at("09-22T10:00"))
    assert (state.status, state.elapsed_seconds, state.due_at) == (ClockStatus.PAUSED, HOUR, None)
    assert state.next_step_at() is None
    log.append(Entry(Verb.RESUMED, at("09-22T14:00")))
    assert replay(log, at("09-22T14:00")).due_at == at("09-22T17:00")


def test_at_the_due_instant_it_is_too_late() -> None:
    log = [start("09-21T14:00")]
    assert replay([*log, Entry(Verb.STOPPED, at("09-21T17:59"))], at("09-21T18:30")).status == ClockStatus.MET
    late = replay([*log, Entry(Verb.STOPPED, at("09-21T18:00"))], at("09-21T18:30"))
    assert (late.status, late.breached_at) == (ClockStatus.MISSED, at("09-21T18:00"))


def test_a_given_due_instant_reminds_before_and_escalates_in_working_time() -> None:
    # the contract ends with Sunday the 27th; a day before is Saturday, an hour before is Sunday night
    log = [start("09-01T09:00", due="09-28T00:00")]
    assert steps_of(log, "09-01T09:00") == {
        "warn0": at("09-25T13:30"),
        "warn1": at("09-25T13:30"),
        "breach0": at("09-28T09:00"),
        "escalate0": at("09-28T09:00"),
        "escalate1": at("09-28T14:30"),
    }
    assert replay(log, at("09-28T00:00")).is_breached


def test_a_shorter_target_begins_a_new_round_whose_passed_steps_come_at_once() -> None:
    log = [start("09-21T09:00"), Entry(Verb.RETARGETED, at("09-21T11:30"), TERMS, target_seconds=2 * HOUR)]
    state = replay(log, at("09-21T11:30"))
    assert state.breached_at == at("09-21T11:30")
    assert {s.key for s in state.reached} == {
        (0, "warn", 0),
        (1, "warn", 0),
        (1, "warn", 1),
        (1, "breach", 0),
        (1, "escalate", 0),
    }


def test_a_changed_calendar_counts_from_then_on_and_leaves_the_past() -> None:
    log = [start("09-21T09:00"), Entry(Verb.RESCHEDULED, at("09-21T12:30"), schedule=ALWAYS)]
    state = replay(log, at("09-21T13:00"))
    assert (state.elapsed_seconds, state.due_at) == (3 * HOUR + 1800, at("09-21T13:30"))


def test_a_service_that_never_opens_is_never_due() -> None:
    state = replay([start("09-21T09:00", schedule=NEVER)], at("12-21T09:00"))
    assert (state.elapsed_seconds, state.due_at, state.next_step_at()) == (0, None, None)


def test_the_days_explain_the_due_instant() -> None:
    log = [start("09-25T16:00"), Entry(Verb.PAUSED, at("09-28T10:00")), Entry(Verb.RESUMED, at("09-28T11:00"))]
    rows = explain(log, at("09-28T12:00"))
    assert [(str(r.day), r.counted_seconds, r.total_seconds, r.paused_seconds) for r in rows] == [
        ("2026-09-25", 2 * HOUR, 2 * HOUR, 0),
        ("2026-09-26", 0, 2 * HOUR, 0),
        ("2026-09-27", 0, 2 * HOUR, 0),
        ("2026-09-28", 2 * HOUR, 4 * HOUR, HOUR),
    ]


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (Terms(0), ("target_seconds", "bounds")),
        (Terms(60, (80, 50)), ("warn_percent", "order")),
        (Terms(60, (50, 100)), ("warn_percent", "bounds")),
        (Terms(60, (), (60, 120)), ("remind_before", "order")),
        (Terms(60, (), (), (Level(60, "a"), Level(60, "b"))), ("escalate", "order")),
        (Terms(60, (), (), (Level(60, " "),)), ("escalate", "audience")),
        (Terms(60, tuple(range(1, 13))), ("warn_percent", "many")),
        (TERMS, ("", "")),
    ],
)
def test_terms_that_cannot_be_are_named(terms: Terms, fault: tuple[str, str]) -> None:
    assert check_terms(terms) == fault


def test_a_log_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="ordered"):
        replay([start("09-21T09:00"), Entry(Verb.PAUSED, at("09-20T09:00"))], at("09-22T09:00"))
    with pytest.raises(ValueError, match="begins"):
        replay([], at("09-22T09:00"))


SCHEDULES = st.sampled_from([OFFICE, NIGHTS, ALWAYS, NEVER])
GOALS = st.one_of(
    st.tuples(st.sampled_from([100, 200, 300, 500, 900]), st.none()), st.tuples(st.none(), st.integers(-300, 3000))
)
ALL_TERMS = st.builds(
    Terms,
    st.just(None),
    st.sampled_from([(), (50,), (33, 80), (1, 99)]),
    st.sampled_from([(), (3600,), (172800, 86400, 60)]),
    st.lists(st.sampled_from([0, 60, 3600, 14400, 36000]), max_size=3, unique=True).map(
        lambda delays: tuple(Level(delay, "leader") for delay in sorted(delays))
    ),
)
GAPS = st.one_of(st.integers(0, 90), st.integers(0, 1500), st.just(0))


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Entry], datetime]:
    """A log over the October holiday of 2026, its two make-up days, lunch breaks and nights; and an instant after."""
    now = at("09-18T00:00") + timedelta(minutes=draw(st.integers(0, 30000)))

    def goal() -> dict[str, object]:
        target, due = draw(GOALS)
        if target is not None:
            return {"target_seconds": target * 60}
        return {"due_at": now + timedelta(minutes=due or 0)}

    log = [Entry(Verb.STARTED, now, draw(ALL_TERMS), draw(SCHEDULES), **goal())]  # type: ignore[arg-type]
    is_paused = False
    for _ in range(draw(st.integers(0, 5))):
        now += timedelta(minutes=draw(GAPS))
        verb = draw(st.sampled_from(["toggle", "toggle", "retarget", "calendar", "owner"]))
        if verb == "toggle":
            log.append(Entry(Verb.RESUMED if is_paused else Verb.PAUSED, now))
            is_paused = not is_paused
        elif verb == "retarget":
            log.append(Entry(Verb.RETARGETED, now, draw(ALL_TERMS), **goal()))  # type: ignore[arg-type]
        elif verb == "calendar":
            log.append(Entry(Verb.RESCHEDULED, now, schedule=draw(SCHEDULES)))
        else:
            log.append(Entry(Verb.HANDED_OVER, now))
    now += timedelta(minutes=draw(GAPS))
    if draw(st.booleans()):
        log.append(Entry(draw(st.sampled_from([Verb.STOPPED, Verb.CANCELLED])), now))
    return log, now + timedelta(minutes=draw(GAPS))


@settings(max_examples=200, deadline=None)
@given(logs())
def test_the_replay_equals_the_walk_from_minute_to_minute(case: tuple[list[Entry], datetime]) -> None:
    log, now = case
    state, slow = replay(log, now), walk(log, now)
    assert state.status == slow.status
    assert state.elapsed_seconds == slow.elapsed
    assert state.round == slow.round
    assert state.breached_at == slow.breached_at
    assert {step.key: step.at for step in state.reached} == slow.steps


@settings(max_examples=25, deadline=None)
@given(logs(), st.integers(0, 4000))
def test_what_was_foretold_comes_unless_something_is_said(case: tuple[list[Entry], datetime], minutes: int) -> None:
    log, now = case
    early, late = replay(log, now), replay(log, now + timedelta(minutes=minutes))
    foretold = {s.key: s.at for s in early.steps if s.at is not None and s.at <= late.at}
    assert foretold == {s.key: s.at for s in late.reached}
    assert all(s.kind in StepKind for s in late.steps)
