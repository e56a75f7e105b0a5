"""Reads: the tasks that somebody may see, what one may do with them, and counts for home pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.models import User
from kefu.platform.files.models import StoredFile
from kefu.platform.tasks.choices import OPEN_STATES, TaskState, TaskVerb
from kefu.platform.tasks.models import Evidence, Task, TaskEvent
from kefu.platform.tasks.permissions import OPEN, STEER, VERIFY, VIEW, WORK
from kefu.platform.tasks.registry import TASK_KINDS, TaskKind
from kefu.platform.tasks.rules import is_possible


def tasks_for(viewer: Actor, permission: str = VIEW) -> QuerySet[Task]:
    """The tasks inside the viewer's scope: own ones, those of its units, and what waits unowned at its own unit."""
    if viewer.is_system:
        return Task.objects.all()
    scope = access.scope_for(viewer, permission)
    if scope.is_empty:
        return Task.objects.none()
    if scope.everything:
        return Task.objects.all()
    inside = Q(pk__in=[])
    if scope.node_ids:
        inside |= Q(node_id__in=scope.node_ids) | Q(owner__home_node_id__in=scope.node_ids)
    if scope.user_id is not None:
        inside |= Q(owner_id=scope.user_id)
        if permission in (VIEW, WORK):
            inside |= Q(owner__isnull=True, node_id=_home_of(scope.user_id))
        if permission == VIEW:
            inside |= Q(opened_by_id=scope.user_id)
    return Task.objects.filter(inside)


def _home_of(user_id: int) -> int:
    return User.objects.filter(pk=user_id).values_list("home_node_id", flat=True).first() or 0


def own_tasks(viewer: Actor) -> QuerySet[Task]:
    """The tasks that the viewer owns, and the unowned ones at its unit."""
    if viewer.user_id is None:
        return Task.objects.none()
    mine = Q(owner_id=viewer.user_id) | Q(owner__isnull=True, node_id=_home_of(viewer.user_id), state=TaskState.OPEN)
    return tasks_for(viewer).filter(mine)


def visible_task(viewer: Actor, number: str) -> Task:
    """The task with that public number; raises ``NotFound`` when the viewer may not see it."""
    rows = tasks_for(viewer).select_related("owner", "node", "opened_by", "completed_by", "verified_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这个任务，或者您无权查看。"))
    return found


def tasks_of(origin: str) -> list[Task]:
    """The tasks that came of something, the newest first."""
    return list(Task.objects.filter(origin=origin).select_related("owner").order_by("-id")[:50])


def history_of(task: Task) -> list[TaskEvent]:
    """What happened to the task, the newest first."""
    return list(TaskEvent.objects.filter(task=task).select_related("owner").order_by("-id")[:200])


def evidence_of(task: Task) -> list[Evidence]:
    """The files that prove the task and are still kept."""
    rows = Evidence.objects.filter(task=task, file__deleted_at__isnull=True)
    return list(rows.select_related("file", "added_by").order_by("id"))


def may_read_file(viewer: Actor, file: StoredFile) -> bool:
    """Whoever may see the task may read what proves it."""
    return tasks_for(viewer).filter(evidence__file=file).exists()


def verbs_for(viewer: Actor, task: Task) -> frozenset[TaskVerb]:
    """What the viewer may do with the task as it stands."""
    allowed: set[TaskVerb] = set()
    if viewer.is_system:
        allowed |= set(TaskVerb)
    may_work, may_steer, may_verify = (
        tasks_for(viewer, code).filter(pk=task.pk).exists() for code in (WORK, STEER, VERIFY)
    )
    if may_work and (task.owner_id == viewer.user_id or task.owner_id is None or may_steer):
        allowed |= {TaskVerb.STARTED, TaskVerb.EVIDENCE, TaskVerb.COMPLETED}
    if may_work and task.owner_id != viewer.user_id and (task.owner_id is None or may_steer):
        allowed.add(TaskVerb.TAKEN)
    if may_steer:
        allowed |= {TaskVerb.HANDED_OVER, TaskVerb.RESCHEDULED, TaskVerb.CANCELLED, TaskVerb.REOPENED}
    if _is_own_making(viewer, task):
        allowed |= {TaskVerb.CANCELLED, TaskVerb.HANDED_OVER, TaskVerb.RESCHEDULED}
    if may_verify and viewer.user_id != task.completed_by_id:
        allowed |= {TaskVerb.VERIFIED, TaskVerb.SENT_BACK}
    return frozenset(verb for verb in allowed if verb is not TaskVerb.OPENED and is_possible(verb, task.state_choice))


def _is_own_making(viewer: Actor, task: Task) -> bool:
    is_maker = viewer.user_id is not None and task.opened_by_id == viewer.user_id
    return is_maker and access.has_permission(viewer, OPEN)


def kinds_for(viewer: Actor) -> list[TaskKind]:
    """The kinds that the viewer may open by hand."""
    if not (viewer.is_system or access.has_permission(viewer, OPEN)):
        return []
    return [
        kind
        for kind in TASK_KINDS
        if kind.permission is not None and (not kind.permission or access.has_permission(viewer, kind.permission))
    ]


def people_for(viewer: Actor, permission: str = OPEN) -> list[tuple[int, str]]:
    """To whom the viewer may give a task: account and name, at most 500."""
    scope = access.scope_for(viewer, permission)
    rows = User.objects.filter(is_active=True)
    if not (viewer.is_system or scope.everything):
        rows = rows.filter(Q(home_node_id__in=scope.node_ids) | Q(pk=viewer.user_id or 0))
    return [(pk, f"{name}（{login}）") for pk, name, login in rows.order_by("display_name", "pk").values_list(
        "pk", "display_name", "username"
    )[:500]]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """What waits for one person."""

    open: int
    overdue: int
    unowned: int
    to_verify: int

    @property
    def payload(self) -> dict[str, int]:
        """For a live topic."""
        return asdict(self)


def open_for(user_id: int, viewer: Actor | None = None) -> OpenCounts:
    """How many open and overdue tasks a person has, how many wait unowned at its unit, how many to be verified.

    ``to_verify`` needs the person as ``viewer`` (what may be verified follows from its rights) and is 0 without.
    """
    home = _home_of(user_id)
    mine = Q(owner_id=user_id, state__in=(TaskState.OPEN, TaskState.IN_PROGRESS))
    free = Q(owner__isnull=True, node_id=home, state=TaskState.OPEN)
    sums = Task.objects.filter(Q(state__in=OPEN_STATES) & (Q(owner_id=user_id) | free)).aggregate(
        open=Count("pk", filter=mine),
        overdue=Count("pk", filter=mine & Q(is_overdue=True)),
        unowned=Count("pk", filter=free),
    )
    waiting = 0
    if viewer is not None and access.has_permission(viewer, VERIFY):
        rows = tasks_for(viewer, VERIFY).filter(state=TaskState.TO_VERIFY).exclude(completed_by_id=user_id)
        waiting = rows.count()
    return OpenCounts(sums["open"], sums["overdue"], sums["unowned"], waiting)


def open_counts(user_ids: Iterable[int]) -> dict[int, OpenCounts]:
    """``open_for`` of several people."""
    return {user_id: open_for(user_id) for user_id in user_ids}
