"""Given a schedule, when working time is asked for, then it is what a minute-by-minute count gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.calendars.rules import ALWAYS, Schedule, add_open_seconds, check_periods, is_open, open_seconds

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((540, 720), (810, 1080))
WEEK = Schedule(
    weekly=(OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ()),
    special={date(2026, 10, 1): (), date(2026, 10, 10): OFFICE, date(2026, 10, 8): ((600, 1440),)},
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def slow_open_seconds(schedule: Schedule, start: datetime, end: datetime) -> int:
    """The obvious reference: look at every minute (instants lie on whole minutes)."""
    total, at = 0, start
    while at < end:
        here = at.astimezone(ZoneInfo(schedule.time_zone))
        minute = here.hour * 60 + here.minute
        total += 60 * any(o <= minute < c for o, c in schedule.periods_on(here.date()))
        at += timedelta(minutes=1)
    return total


def test_the_lunch_break_does_not_count() -> None:
    assert open_seconds(WEEK, local("2026-10-12 11:50"), local("2026-10-12 13:40")) == 20 * 60


def test_a_weekend_does_not_count_but_a_make_up_day_does() -> None:
    friday, monday = local("2026-10-09 17:00"), local("2026-10-12 10:00")
    assert open_seconds(WEEK, friday, monday) == 3600 + 7.5 * 3600 + 3600
    assert is_open(WEEK, local("2026-10-10 09:00"))
    assert not is_open(WEEK, local("2026-10-11 09:00"))


def test_a_holiday_is_closed_and_the_closing_minute_too() -> None:
    assert not is_open(WEEK, local("2026-10-01 10:00"))
    assert is_open(WEEK, local("2026-10-12 17:59"))
    assert not is_open(WEEK, local("2026-10-12 18:00"))


def test_a_target_goes_on_after_the_break_the_night_and_the_weekend() -> None:
    assert add_open_seconds(WEEK, local("2026-10-12 11:30"), 3600) == local("2026-10-12 14:00")
    assert add_open_seconds(WEEK, local("2026-10-16 17:30"), 3600) == local("2026-10-19 09:30")
    assert add_open_seconds(WEEK, local("2026-10-11 03:00"), 0) == local("2026-10-12 09:00")


def test_a_service_that_never_opens_has_no_target() -> None:
    assert add_open_seconds(Schedule(weekly=((),) * 7), local("2026-10-12 11:30"), 1) is None


def test_round_the_clock_is_plain_time() -> None:
    start = datetime(2026, 3, 1, 22, 15, tzinfo=UTC)
    assert open_seconds(ALWAYS, start, start + timedelta(days=3, seconds=7)) == 3 * 86400 + 7


def test_what_cannot_be_one_days_hours_is_named() -> None:
    assert check_periods([(540, 720), (700, 900)]) == "overlap"
    assert check_periods([(720, 540)]) == "order"
    assert check_periods([(540, 1500)]) == "bounds"
    assert check_periods([(540, 720), (720, 900)]) == ""


@st.composite
def _days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    marks = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
    return tuple((a * 15, b * 15) for a, b in zip(marks[::2], marks[1::2], strict=False))


SCHEDULES = st.builds(
    Schedule,
    weekly=st.tuples(*[_days()] * 7),
    special=st.dictionaries(st.dates(date(2026, 3, 20), date(2026, 4, 5)), _days(), max_size=5),
    time_zone=st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Kathmandu"]),
)
STARTS = st.integers(0, 16 * 1440).map(lambda m: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=m))


@given(SCHEDULES, STARTS, st.integers(0, 4 * 1440))
def test_open_seconds_agrees_with_counting_minutes(schedule: Schedule, start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    assert open_seconds(schedule, start, end) == slow_open_seconds(schedule, start, end)


@given(SCHEDULES, STARTS, st.integers(1, 3 * 86400))
def test_a_target_is_reached_exactly_when_so_much_time_was_open(
    schedule: Schedule, start: datetime, seconds: int
) -> None:
    due = add_open_seconds(schedule, start, seconds)
    if due is None:
        assert open_seconds(schedule, start, start + timedelta(days=60)) < seconds or not any(schedule.weekly)
        return
    assert open_seconds(schedule, start, due) == seconds
    assert open_seconds(schedule, start, due - timedelta(seconds=1)) == seconds - 1
