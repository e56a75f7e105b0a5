"""The calendar pages for the browser matrix."""

from __future__ import annotations

from typing import Any

from kefu.kernel.actor import Actor
from kefu.platform.calendars import services
from kefu.platform.webui.testing.pages import PAGES, PageCase


def a_calendar(*_args: Any) -> dict[str, int]:
    """An office with this year's holidays."""
    actor = Actor.system("test")
    office = services.create_calendar(
        actor=actor, code="office", name="办公时间", week={day: [(540, 720), (810, 1080)] for day in range(5)}
    )
    services.load_public_holidays(actor=actor, calendar_id=office.pk, year=2026)
    return {"pk": office.pk}


PAGES.register(
    PageCase("calendars.calendars", "calendars:calendars", role="manager", prepare=lambda user: a_calendar() and None)
)
PAGES.register(
    PageCase(
        "calendars.calendar",
        "calendars:calendar",
        role="planner",
        prepare=a_calendar,
        query={"year": "2026"},
        limit=2500,
    )
)
PAGES.register(PageCase("calendars.new", "calendars:new", role="manager"))
PAGES.register(PageCase("calendars.week", "calendars:week", role="manager", prepare=a_calendar))
PAGES.register(
    PageCase(
        "calendars.day", "calendars:day", role="manager", prepare=lambda user: {**a_calendar(), "day": "2026-10-01"}
    )
)
