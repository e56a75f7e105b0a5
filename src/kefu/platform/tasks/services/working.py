"""Do a task: take it, start it, prove it, complete it; check it or send it back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, RuleBroken
from kefu.platform.clocks import services as clocks
from kefu.platform.files import services as files
from kefu.platform.outbox import services as outbox
from kefu.platform.tasks import live
from kefu.platform.tasks.choices import TaskState, TaskVerb
from kefu.platform.tasks.events import TaskClosed
from kefu.platform.tasks.models import Evidence, Task
from kefu.platform.tasks.registry import TASK_KINDS
from kefu.platform.tasks.services.writing import (
    VERIFICATION,
    address,
    clock_of,
    end_verification,
    locked,
    tell_sent_back,
    tell_verifiers,
    text,
    write,
)

PURPOSE = "tasks.evidence"
MOST_FILES = 20


def take(*, actor: Actor, task_id: int, expected_version: int | None = None) -> Task:
    """Make the task one's own."""
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.TAKEN, expected_version)
        if actor.user_id is None:
            raise InvalidInput(_("只有账号可以领取任务。"), field="owner")
        before = row.owner_id
        row.owner_id = actor.user_id
        write(actor, row, TaskVerb.TAKEN, owner_id=actor.user_id)
        running = clock_of(row)
        if running is not None:
            clocks.change_owner(clock_id=running.pk, owner_id=actor.user_id)
        live.publish([before])
    return row


def start(*, actor: Actor, task_id: int, expected_version: int | None = None) -> Task:
    """Begin; who begins an unowned task takes it."""
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.STARTED, expected_version)
        if row.owner_id is None and actor.user_id is not None:
            row = take(actor=actor, task_id=task_id)
        row.started_at = row.started_at or clock.now()
        write(actor, row, TaskVerb.STARTED)
    return row


def add_evidence(*, actor: Actor, task_id: int, stream: Any, name: str) -> Evidence:
    """Keep a file that proves the task."""
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.EVIDENCE)
        if Evidence.objects.filter(task=row).count() >= MOST_FILES:
            raise RuleBroken(_("一个任务最多 %(n)s 个证明文件。") % {"n": MOST_FILES}, code="too_many_files")
        file = files.store(actor=actor, stream=stream, name=name, purpose=PURPOSE)
        found = Evidence.objects.create(task=row, file=file, added_by_id=actor.user_id, added_at=clock.now())
        write(actor, row, TaskVerb.EVIDENCE, note=file.name)
    return found


def complete(*, actor: Actor, task_id: int, evidence: str = "", expected_version: int | None = None) -> Task:
    """The work is done: ``evidence`` says how. A kind that needs evidence asks for a text or a file.

    Where somebody else must check it, the clock rests until then; otherwise the task is over.
    """
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.COMPLETED, expected_version)
        kind = TASK_KINDS.find(row.kind)
        said = text(evidence, field="evidence")
        if kind and kind.needs_evidence and not said and not Evidence.objects.filter(task=row).exists():
            raise InvalidInput(_("请写明处理结果，或上传证明文件。"), field="evidence", code="evidence_needed")
        row.outcome = said or row.outcome
        row.completed_at = clock.now()
        row.completed_by_id = actor.user_id
        row.owner_id = row.owner_id or actor.user_id
        if not (kind and kind.needs_verifier):
            row.closed_at = row.completed_at
        write(actor, row, TaskVerb.COMPLETED, note=said)
        if row.state == TaskState.TO_VERIFY:
            running = clock_of(row)
            if running is not None:
                clocks.pause(clock_id=running.pk, reason=_("等待复核"))
            clocks.start(
                kind=VERIFICATION,
                origin=f"{row.clock_origin}:verify",
                title=_("复核：%(title)s") % {"title": row.title},
                url=address(row),
                node_id=row.node_id,
            )
            tell_verifiers(row)
        else:
            close(row)
    return row


def verify(*, actor: Actor, task_id: int, note: str = "", expected_version: int | None = None) -> Task:
    """Somebody else has checked the work: the task is over. Nobody checks their own."""
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.VERIFIED, expected_version)
        row.verified_by_id = actor.user_id
        row.closed_at = clock.now()
        write(actor, row, TaskVerb.VERIFIED, note=text(note, field="note"))
        close(row)
    return row


def send_back(*, actor: Actor, task_id: int, reason: str, expected_version: int | None = None) -> Task:
    """The work is not good enough yet; its clock goes on and the owner learns why."""
    reason = text(reason, field="reason", required=True, most=500)
    with transaction.atomic():
        row = locked(actor, task_id, TaskVerb.SENT_BACK, expected_version)
        row.completed_at = None
        row.completed_by_id = None
        write(actor, row, TaskVerb.SENT_BACK, note=reason)
        end_verification(row)
        running = clock_of(row)
        if running is not None:
            clocks.resume(clock_id=running.pk, reason=_("复核退回"))
        tell_sent_back(row, reason)
    return row


def close(row: Task) -> None:
    """End what the task has running, and say that it is over."""
    end_verification(row)
    running = clock_of(row)
    if running is not None:
        if row.state == TaskState.CANCELLED:
            clocks.cancel(clock_id=running.pk, reason=_("任务已取消"))
        else:
            clocks.stop(clock_id=running.pk, at=row.completed_at)
    outbox.publish(TaskClosed(row.pk, row.kind, row.origin, row.state))
    live.publish([row.owner_id])
