"""The task keeps what its clock says, so that lists sort and count without asking clocks."""

from __future__ import annotations

from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock
from kefu.platform.tasks import live
from kefu.platform.tasks.models import Task

PREFIX = "tasks.task:"


def follow_clock(clock: Clock) -> None:
    """Take over due instant and lateness of the clock; open pages of the owner learn of it."""
    key = clock.origin.removeprefix(PREFIX)
    if not clock.origin.startswith(PREFIX) or not key.isdecimal() or clock.status == ClockStatus.CANCELLED:
        return
    is_overdue = clock.breached_at is not None
    changed = (
        Task.objects.filter(pk=int(key))
        .exclude(due_at=clock.due_at, is_overdue=is_overdue)
        .update(due_at=clock.due_at, is_overdue=is_overdue)
    )
    if changed:
        live.publish([clock.owner_id])
