"""Two months of calls whose numbers can be told by heart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kefu.areas.calls.models import Queue, QueueDay, QueueFact, Source

OCTOBER = date(2025, 10, 1)


def two_months(east: int | None, west: int | None) -> None:
    """September and October 2025: 100 calls an hour from 9 to 11, 90 % in time, in October 80 % at the west site."""
    source = Source.objects.create(code="pbx", name="PBX", kind="asterisk_queue_log")
    for site, node_id in (("east", east), ("west", west)):
        queue = Queue.objects.create(code=site, name=site.title(), node_id=node_id)
        for offset in range(61):
            day = date(2025, 9, 1) + timedelta(days=offset)
            good = 80 if site == "west" and day >= OCTOBER else 90
            same = {"source": source, "queue": queue, "node_id": node_id, "day": day}
            for hour in (9, 10):
                QueueFact.objects.create(
                    **same,
                    slot_at=datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC),
                    local_slot=hour * 4,
                    offered=100,
                    answered=95,
                    answered_within=good,
                    abandoned=5,
                )
            QueueDay.objects.create(**same, offered=200, answered=190, answered_within=2 * good, abandoned=10)
