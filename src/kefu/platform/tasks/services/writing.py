"""What every write of a task shares: the lock, the right, the line in the history, the audit, the live counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access import queries as access_queries
from kefu.platform.access.registry import RESPONSIBLES
from kefu.platform.clocks import queries as clock_queries
from kefu.platform.clocks import services as clocks
from kefu.platform.clocks.models import Clock
from kefu.platform.notify import services as notify
from kefu.platform.tasks import live, notices, queries
from kefu.platform.tasks.choices import TaskVerb
from kefu.platform.tasks.models import Task, TaskEvent
from kefu.platform.tasks.permissions import VERIFY
from kefu.platform.tasks.registry import TASK_KINDS
from kefu.platform.tasks.rules import is_possible, state_after

VERIFICATION = "tasks.verification"
"""The kind of clock that measures how long a completed task waits for its check."""


def locked(actor: Actor, task_id: int, verb: TaskVerb, expected_version: int | None = None) -> Task:
    """The task under lock, when ``actor`` may do ``verb`` with it now.

    Raises ``NotFound`` outside the actor's sight, ``Denied`` without the right, ``RuleBroken`` in the wrong state and
    ``Conflict`` when it changed since ``expected_version``.
    """
    row = Task.objects.select_for_update(of=("self",)).filter(pk=task_id).first()
    if row is None or not queries.tasks_for(actor).filter(pk=task_id).exists():
        raise NotFound(_("没有这个任务，或者您无权查看。"))
    if expected_version is not None and expected_version != row.version:
        raise Conflict(_("任务刚被别人更新过，您的操作没有执行。请查看最新内容后再试。"), code="task_changed")
    if not is_possible(verb, row.state_choice):
        raise RuleBroken(
            _("任务现在是“%(state)s”，不能%(verb)s。") % {"state": row.state_choice.label, "verb": str(verb.label)},
            code="task_state",
        )
    if not actor.is_system and verb not in queries.verbs_for(actor, row):
        if verb in (TaskVerb.VERIFIED, TaskVerb.SENT_BACK) and actor.user_id == row.completed_by_id:
            raise Denied(_("自己完成的任务须由别人复核。"), code="own_work")
        raise Denied(_("您不能对这个任务执行“%(verb)s”。") % {"verb": str(verb.label)})
    return row


def write(actor: Actor, row: Task, verb: TaskVerb, *, note: str = "", owner_id: int | None = None) -> TaskEvent:
    """Put the verb into effect: state, version, history, audit and live counts."""
    before = row.state
    kind = TASK_KINDS.find(row.kind)
    row.state = state_after(verb, row.state_choice, needs_verifier=bool(kind and kind.needs_verifier))
    row.version += 1
    row.save()
    line = record(actor, row, verb, note=note, owner_id=owner_id)
    auditing.record(
        actor=actor,
        action=f"tasks.task:{verb.value}",
        target=f"tasks.task:{row.pk}",
        before={"state": before},
        after={"state": row.state, "number": row.number, "owner": row.owner_id},
        node_id=row.node_id,
    )
    live.publish([row.owner_id])
    return line


def record(actor: Actor, row: Task, verb: TaskVerb, *, note: str = "", owner_id: int | None = None) -> TaskEvent:
    """One line of the history."""
    return TaskEvent.objects.create(
        task=row,
        verb=verb,
        at=clock.now(),
        actor_id=actor.user_id,
        actor_label="" if actor.is_system else actor.label[:150],
        owner_id=owner_id,
        note=note,
    )


def text(value: str, *, field: str, required: bool = False, most: int = 4000) -> str:
    """A text as it is kept; raises ``InvalidInput`` when it is missing or too long."""
    value = value.strip()
    if required and not value:
        raise InvalidInput(_("请填写这一项。"), field=field)
    if len(value) > most:
        raise InvalidInput(_("最多 %(n)s 个字。") % {"n": most}, field=field)
    return value


def clock_of(row: Task) -> Clock | None:
    """The clock that runs on the task."""
    kind = TASK_KINDS.find(row.kind)
    return clock_queries.live_clock(kind.clock, row.clock_origin) if kind else None


def end_verification(row: Task) -> None:
    """Stop the clock of the check, if it runs."""
    waiting = clock_queries.live_clock(VERIFICATION, f"{row.clock_origin}:verify")
    if waiting is not None:
        clocks.stop(clock_id=waiting.pk)


def address(row: Task) -> str:
    """The task's own page."""
    return reverse("tasks:task", args=[row.number])


def tell_assigned(actor: Actor, row: Task) -> None:
    """Tell the owner, unless the owner did it."""
    if row.owner_id is not None and row.owner_id != actor.user_id:
        _tell([row.owner_id], notices.ASSIGNED, gettext_lazy("新任务：%(title)s"), row)


def tell_sent_back(row: Task, reason: str) -> None:
    """Tell the owner why the work came back."""
    if row.owner_id is not None:
        body = gettext_lazy("%(kind)s %(number)s：%(reason)s")
        _tell([row.owner_id], notices.SENT_BACK, gettext_lazy("任务被退回：%(title)s"), row, body=body, reason=reason)


def tell_verifiers(row: Task) -> None:
    """Tell whoever leads the owner that a task waits to be checked."""
    found: Iterable[int] = ()
    if "leader" in RESPONSIBLES:
        found = access_queries.responsible_users("leader", node_id=row.node_id, user_id=row.completed_by_id)
    if not found:
        found = access_queries.holders_of(VERIFY, node_id=row.node_id)
    _tell(
        [pk for pk in found if pk != row.completed_by_id], notices.TO_VERIFY, gettext_lazy("请复核任务：%(title)s"), row
    )


def _tell(users: Iterable[int], kind: str, title: Any, row: Task, body: Any = None, **params: str) -> None:
    notify.notify(
        users=users,
        kind=kind,
        title=title,
        body=body or gettext_lazy("%(kind)s %(number)s"),
        params={"title": row.title, "number": row.number, "kind": row.kind_label, **params},
        url=address(row),
        dedupe_key=f"{kind}:{row.pk}:{row.version}",
        origin=f"tasks.task:{row.pk}",
    )
