"""How long each source should have been in service on a day, and how long its link was down in that time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kefu.areas.calls.models import Source, SourceDay, SourceOutage
from kefu.kernel import clock
from kefu.platform.calendars import queries as calendars
from kefu.platform.calendars.rules import open_seconds


def note_service_time(now: datetime, *, days: int = 2) -> int:
    """Work out the last days of every source that is or was followed; the number of rows.

    Service time is the open time of the default calendar from the first link on, up to ``now``; an outage counts only
    inside it.
    """
    schedule = calendars.schedule(None)
    rows: list[SourceDay] = []
    for source in Source.objects.exclude(link_state="never"):
        today = clock.local_date(now, source.time_zone)
        first = today - timedelta(days=days - 1)
        since = clock.day_bounds(first, source.time_zone)[0]
        outages = list(
            SourceOutage.objects.filter(source=source, started_at__lt=now)
            .exclude(ended_at__lt=since)
            .values_list("started_at", "ended_at")
        )
        for back in range(days):
            day = first + timedelta(days=back)
            start, end = _bounds(source, day, now)
            if start >= end:
                continue
            down = sum(
                open_seconds(schedule, max(start, a), min(end, b or now))
                for a, b in outages
                if max(start, a) < min(end, b or now)
            )
            rows.append(
                SourceDay(
                    source=source,
                    node_id=source.node_id,
                    day=day,
                    service_seconds=open_seconds(schedule, start, end),
                    outage_seconds=down,
                )
            )
    SourceDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["source", "day"],
        update_fields=["node_id", "service_seconds", "outage_seconds"],
    )
    return len(rows)


def _bounds(source: Source, day: date, now: datetime) -> tuple[datetime, datetime]:
    start, end = clock.day_bounds(day, source.time_zone)
    return max(start, source.created_at), min(end, now)
