"""Give a task to somebody else, move its limit, cancel it, open it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.models import User
from kefu.platform.clocks import services as clocks
from kefu.platform.outbox import services as outbox
from kefu.platform.tasks import live
from kefu.platform.tasks.choices import TaskVerb
from kefu.platform.tasks.events import TaskReopened
from kefu.platform.tasks.models import Task
from kefu.platform.tasks.permissions import OPEN, STEER
from kefu.platform.tasks.registry import TASK_KINDS
from kefu.platform.tasks.services.opening import require_reach, start_clock
from kefu.platform.tasks.services.working import close
from kefu.platform.tasks.services.writing import clock_of, locked, tell_assigned, text, write


def hand_over(
    *, actor: Actor, task_id: int, owner_id: int, note: str = "", expected_version: int | None = None
) -> Task:
    """Give the task to somebody within the actor's reach, who is told; the limit stays."""
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.HANDED_OVER, expected_version)
        heir = User.objects.filter(pk=owner_id, is_active=True).first()
        if heir is None:
            raise InvalidInput(_("没有这个账号，或者已经停用。"), field="owner")
        is_own_making = actor.user_id is not None and row.opened_by_id == actor.user_id
        require_reach(actor, OPEN if is_own_making else STEER, owner_id, row.node_id)
        if owner_id == row.owner_id:
            return row
        before = row.owner_id
        row.owner = heir
        row.node_id = row.node_id or heir.home_node_id
        write(actor, row, TaskVerb.HANDED_OVER, note=text(note, field="note", most=500), owner_id=owner_id)
        running = clock_of(row)
        if running is not None:
            clocks.change_owner(clock_id=running.pk, owner_id=owner_id)
        tell_assigned(actor, row)
        live.publish([before])
    return row


def reschedule(*, actor: Actor, task_id: int, due_at: datetime, reason: str = "") -> Task:
    """Another due instant; warnings and escalation begin anew."""
    if due_at <= clock.now():
        raise InvalidInput(_("到期时间须晚于现在。"), field="due_at")
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.RESCHEDULED)
        note = text(reason, field="reason", most=500)
        running = clock_of(row)
        if running is not None:
            clocks.retarget(clock_id=running.pk, due_at=due_at, reason=note[:200])
        else:
            start_clock(row, TASK_KINDS.get(row.kind), due_at)
        row.refresh_from_db(fields=["due_at", "is_overdue"])
        write(actor, row, TaskVerb.RESCHEDULED, note=note)
    return row


def cancel(*, actor: Actor, task_id: int, reason: str, expected_version: int | None = None) -> Task:
    """The work is not needed any more."""
    reason = text(reason, field="reason", required=True, most=500)
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.CANCELLED, expected_version)
        row.closed_at = clock.now()
        write(actor, row, TaskVerb.CANCELLED, note=reason)
        close(row)
    return row


def reopen(*, actor: Actor, task_id: int, reason: str, due_at: datetime | None = None) -> Task:
    """A task that was over is to be done after all, with a fresh clock."""
    reason = text(reason, field="reason", required=True, most=500)
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.REOPENED)
        row.closed_at = row.completed_at = row.started_at = row.due_at = None
        row.completed_by_id = row.verified_by_id = None
        row.is_overdue = False
        write(actor, row, TaskVerb.REOPENED, note=reason)
        start_clock(row, TASK_KINDS.get(row.kind), due_at)
        outbox.publish(TaskReopened(row.pk, row.kind, row.origin))
        tell_assigned(actor, row)
    return row
