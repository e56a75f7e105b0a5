"""A calendar with lunch breaks and holidays, people who answer for others, and a kind of clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.access.registry import RESPONSIBLES, Responsible
from kefu.platform.access.tests.factories import make_user
from kefu.platform.calendars import services as calendars
from kefu.platform.calendars.choices import DayKind
from kefu.platform.calendars.models import WorkingCalendar
from kefu.platform.clocks.registry import CLOCK_KINDS, ClockKind, clock_kind

SYSTEM = Actor.system("test")
OFFICE_HOURS = [(540, 720), (810, 1080)]
HOUR, DAY = 3600, 86400


def at(text: str) -> datetime:
    """An instant of Shanghai in 2026."""
    return datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


def make_calendar() -> WorkingCalendar:
    """Office hours with a lunch break; the first week of October is free, Saturday the 10th is worked instead."""
    found = calendars.create_calendar(
        actor=SYSTEM, code="office", name="办公时间", week=dict.fromkeys(range(5), OFFICE_HOURS), is_default=True
    )
    for day in range(1, 8):
        calendars.set_day(actor=SYSTEM, calendar_id=found.pk, day=date(2026, 10, day), kind=DayKind.HOLIDAY)
    calendars.set_day(
        actor=SYSTEM, calendar_id=found.pk, day=date(2026, 10, 10), kind=DayKind.MAKE_UP, periods=OFFICE_HOURS
    )
    return found


class Staff:
    """An agent, whoever leads the team, and whoever leads that leader."""

    def __init__(self) -> None:
        self.agent: User = make_user("agent")
        self.leader: User = make_user("leader")
        self.upper: User = make_user("upper")


@contextmanager
def answering(staff: Staff) -> Iterator[None]:
    """For a while ``leader`` and ``upper_leader`` are those of ``staff``, whatever the rooms have registered."""
    known = dict(RESPONSIBLES._items)
    for code, user in (("leader", staff.leader), ("upper_leader", staff.upper)):
        RESPONSIBLES._items[code] = Responsible(code, code, _always(user.pk))
    try:
        yield
    finally:
        RESPONSIBLES._items.clear()
        RESPONSIBLES._items.update(known)


@contextmanager
def kinds(*declared: dict[str, Any]) -> Iterator[list[ClockKind]]:
    """Declare kinds of clock for a while."""
    known = dict(CLOCK_KINDS._items)
    try:
        yield [clock_kind(**each) for each in declared]
    finally:
        CLOCK_KINDS._items.clear()
        CLOCK_KINDS._items.update(known)


def _always(user_id: int) -> Any:
    def find(*, node_id: int | None, user_id_: int | None = None, at: datetime, **_ignored: Any) -> list[int]:
        return [user_id]

    return find
