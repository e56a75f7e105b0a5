"""A slow and obvious clock: walks from minute to minute, counts on its fingers, and looks at every minute anew.

It shares nothing with the rules but the shapes of log and terms. All instants, targets and delays are whole minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from kefu.kernel.clock import zone
from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks.choices import Verb
from kefu.platform.clocks.rules import Entry

MINUTE = timedelta(minutes=1)


@cache
def _local(zone_name: str, at: datetime) -> datetime:
    return at.astimezone(zone(zone_name))


def is_open(schedule: Schedule, at: datetime) -> bool:
    local = _local(schedule.time_zone, at)
    minute = local.hour * 60 + local.minute
    periods = schedule.special.get(local.date(), schedule.weekly[local.weekday()])
    return any(opens <= minute < closes for opens, closes in periods)


def reminder_at(schedule: Schedule, wanted: datetime) -> datetime:
    at = wanted
    for _ in range(30 * 1440):
        if is_open(schedule, at):
            break
        at -= MINUTE
    else:
        return wanted
    if at == wanted:
        return wanted
    while is_open(schedule, at - MINUTE):
        # two periods that touch are two stretches
        local = _local(schedule.time_zone, at)
        periods = schedule.special.get(local.date(), schedule.weekly[local.weekday()])
        if any(opens == local.hour * 60 + local.minute for opens, _closes in periods):
            break
        at -= MINUTE
    return at


@dataclass
class Walk:
    status: str = "running"
    elapsed: int = 0
    since_due: int = 0
    round: int = -1
    breached_at: datetime | None = None
    steps: dict[tuple[int, str, int], datetime] = field(default_factory=dict)


def walk(log: Sequence[Entry], now: datetime) -> Walk:
    """Everything that has happened by ``now``."""
    seen = Walk()
    schedule = terms = target = due = None
    reminders: dict[tuple[int, datetime], datetime] = {}
    waiting = [entry for entry in log if entry.at <= now]
    at = log[0].at
    while at <= now:
        # 1. look what has come while the clock ran up to this very minute
        while True:
            if seen.round >= 0:
                assert terms is not None
                assert schedule is not None
                late = seen.elapsed >= target * 60 if target is not None else at >= due
                is_counted = target is None or seen.status == "running"
                if is_counted and late and seen.breached_at is None:
                    seen.breached_at = at
                if seen.status == "running":
                    for level, percent in enumerate(terms.warn_percent if target is not None else ()):
                        if seen.elapsed * 100 >= percent * target * 60:
                            seen.steps.setdefault((seen.round, "warn", level), at)
                    for level, before in enumerate(terms.remind_before if target is None else ()):
                        wanted = due - timedelta(seconds=before)
                        key = id(schedule), wanted
                        if key not in reminders:
                            reminders[key] = reminder_at(schedule, wanted)
                        if at >= reminders[key]:
                            seen.steps.setdefault((seen.round, "warn", level), at)
                    delays = [("breach", 0, 0)]
                    delays += [("escalate", n, each.after_seconds) for n, each in enumerate(terms.escalate)]
                    for kind, level, delay in delays:
                        if target is not None:
                            has_come = seen.elapsed >= target * 60 + delay
                        elif delay:
                            has_come = late and seen.since_due >= delay
                        else:
                            has_come = late and is_open(schedule, at)
                        if has_come:
                            seen.steps.setdefault((seen.round, kind, level), at)
            # 2. hear the next entry of this minute
            if not waiting or waiting[0].at != at:
                break
            entry = waiting.pop(0)
            schedule = entry.schedule or schedule
            if entry.verb in (Verb.STARTED, Verb.RETARGETED):
                terms, due = entry.terms, entry.due_at
                target = None if entry.target_seconds is None else entry.target_seconds // 60
                seen.round += 1
                seen.since_due = 0
                seen.breached_at = None
            if entry.verb in (Verb.STARTED, Verb.RESUMED):
                seen.status = "running"
            elif entry.verb is Verb.PAUSED:
                seen.status = "paused"
            elif entry.verb is Verb.STOPPED:
                seen.status = "missed" if seen.breached_at else "met"
                return seen
            elif entry.verb is Verb.CANCELLED:
                seen.status = "cancelled"
                return seen
        # 3. count this minute
        assert schedule is not None
        if at < now and seen.status == "running" and is_open(schedule, at):
            seen.elapsed += 60
            if due is not None and at >= due:
                seen.since_due += 60
        at += MINUTE
    return seen
