"""When a working calendar changes, running clocks count by the new one from then on; the past stays as it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kefu.kernel import clock as time
from kefu.platform.clocks.choices import LIVE, Verb
from kefu.platform.clocks.models import Clock, LogEntry
from kefu.platform.clocks.services.settling import announce, settle
from kefu.platform.clocks.services.snapshots import snapshots_of_calendars

BATCH = 500


def follow_calendars(now: datetime) -> int:
    """Put running clocks on the present schedule of their calendar; returns how many changed."""
    live = Clock.objects.filter(status__in=LIVE)
    calendars = set(live.order_by().values_list("calendar_id", flat=True).distinct())
    present = snapshots_of_calendars(calendars) if calendars else {}
    changed = 0
    for calendar_id, snapshot_id in present.items():
        while True:
            with transaction.atomic():
                stale = list(
                    live.select_for_update(of=("self",), skip_locked=True)
                    .select_related("policy")
                    .filter(calendar_id=calendar_id)
                    .exclude(schedule_id=snapshot_id)[:BATCH]
                )
                for row in stale:
                    _reschedule(row, snapshot_id, now)
            changed += len(stale)
            if len(stale) < BATCH:
                break
    return changed


def _reschedule(row: Clock, snapshot_id: int, now: datetime) -> None:
    last = LogEntry.objects.filter(clock=row).order_by("-sequence")[0]
    at = max(now.replace(microsecond=0), last.at)
    announce(row, at)
    row.schedule_id = snapshot_id
    LogEntry.objects.create(
        clock=row,
        sequence=last.sequence + 1,
        verb=Verb.RESCHEDULED,
        at=at,
        recorded_at=time.now(),
        schedule_id=snapshot_id,
    )
    settle(row, at)
