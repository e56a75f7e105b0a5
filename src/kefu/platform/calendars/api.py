"""Working calendars over HTTP."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.guard import requires
from kefu.platform.calendars import permissions, queries, rules

router = Router()


class CalendarOut(Schema):
    """A calendar with its weekly hours."""

    id: int
    code: str
    name: str
    time_zone: str
    is_default: bool
    week: list[list[tuple[int, int]]] = Field(description="Monday first; periods in minutes of the local day")


class OpenOut(Schema):
    """Working time in a stretch."""

    open_seconds: int
    is_open_at_start: bool


class Stretch(Schema):
    """From and until when."""

    start: AwareDatetime
    end: AwareDatetime


@router.get("", response=list[CalendarOut], summary="Working calendars")
@requires(permissions.VIEW)
def list_calendars(request: HttpRequest) -> list[CalendarOut]:
    """All calendars."""
    rows = list(queries.calendars())
    found = queries.schedules([row.pk for row in rows])
    return [
        CalendarOut(
            id=row.pk,
            code=row.code,
            name=row.name,
            time_zone=row.time_zone,
            is_default=row.is_default,
            week=[list(day) for day in found[row.pk].weekly],
        )
        for row in rows
    ]


@router.get("/{code}/open-time", response=OpenOut, summary="Working time between two instants")
@requires(permissions.VIEW)
def open_time(request: HttpRequest, code: str, stretch: Query[Stretch]) -> OpenOut:
    """How long the service is open between two instants (a year at most)."""
    row = queries.calendars().filter(code=code).first()
    if row is None:
        raise NotFound(_("没有这个工作日历。"))
    if not 0 <= (stretch.end - stretch.start).total_seconds() <= 366 * 86400:
        raise InvalidInput(_("结束须晚于开始，且相隔不超过一年。"), field="end")
    schedule = queries.schedule(row.pk)
    return OpenOut(
        open_seconds=rules.open_seconds(schedule, stretch.start, stretch.end),
        is_open_at_start=rules.is_open(schedule, stretch.start),
    )
