"""Schedules written down as they are, so that a log can be replayed when the calendar has long changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from kefu.kernel import clock
from kefu.platform.calendars import queries as calendars
from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks.models import ScheduleSnapshot


def snapshot_of_calendar(calendar_id: int | None) -> ScheduleSnapshot:
    """The schedule of a calendar (the default one for ``None``) as it is now."""
    return snapshot(calendars.schedule(calendar_id))


def snapshots_of_calendars(calendar_ids: Iterable[int | None]) -> dict[int | None, int]:
    """Calendar → key of its present snapshot."""
    return {key: snapshot(schedule).pk for key, schedule in calendars.schedules(calendar_ids).items()}


def snapshot(schedule: Schedule) -> ScheduleSnapshot:
    """The row that holds this schedule, written on first use."""
    body = {
        "weekly": [[list(period) for period in sorted(day)] for day in schedule.weekly],
        "special": {
            day.isoformat(): [list(period) for period in sorted(periods)]
            for day, periods in sorted(schedule.special.items())
        },
        "time_zone": schedule.time_zone,
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _created = ScheduleSnapshot.objects.get_or_create(
        digest=digest, defaults={"body": body, "created_at": clock.now()}
    )
    return row
