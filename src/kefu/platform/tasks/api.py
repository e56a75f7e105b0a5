"""Tasks over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from kefu.platform.access.guard import actor_of, requires
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.tasks import permissions, queries, services
from kefu.platform.tasks.choices import TaskState
from kefu.platform.tasks.models import Task

router = Router()


class TaskOut(Schema):
    """A task."""

    number: str
    kind: str
    title: str
    body: str
    state: TaskState
    owner_id: int | None
    node_id: int | None
    origin: str
    outcome: str
    due_at: datetime | None
    is_overdue: bool
    version: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None


class TaskQuery(PageQuery):
    """Which tasks."""

    state: TaskState | None = None
    own: bool = Field(False, description="Only one's own and those that wait unowned at one's unit")


class TaskIn(Schema):
    """A task to open; the unit is the owner's when left out."""

    kind: str = Field("tasks.manual", max_length=100)
    title: str = Field(min_length=1, max_length=200)
    body: str = Field("", max_length=4000)
    owner_id: int | None = Field(None, ge=1, le=2**63 - 1)
    node_id: int | None = Field(None, ge=1, le=2**63 - 1)
    due_at: AwareDatetime | None = None


class VersionIn(Schema):
    """The version that was seen; another answers 409."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


class CompleteIn(VersionIn):
    """How it was done."""

    evidence: str = Field("", max_length=4000)


class VerifyIn(VersionIn):
    """A remark."""

    note: str = Field("", max_length=500)


class TaskReasonIn(VersionIn):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class HandOverIn(VersionIn):
    """To whom."""

    owner_id: int = Field(ge=1, le=2**63 - 1)
    note: str = Field("", max_length=500)


class TaskCountsOut(Schema):
    """What waits for the caller."""

    open: int
    overdue: int
    unowned: int
    to_verify: int


@router.get("", response=KeysetPage[TaskOut], summary="List tasks")
@requires(permissions.VIEW)
def list_tasks(request: HttpRequest, query: Query[TaskQuery]) -> Any:
    """The tasks inside the caller's scope, the newest first."""
    actor = actor_of(request)
    rows = queries.own_tasks(actor) if query.own else queries.tasks_for(actor)
    if query.state is not None:
        rows = rows.filter(state=query.state)
    return keyset_page(rows, query, order=("-created_at", "-id"))


@router.get("/counts", response=TaskCountsOut, summary="Count what waits for the caller")
@requires(permissions.VIEW)
def count_tasks(request: HttpRequest) -> Any:
    """Open, overdue, unowned at the caller's unit, and to be verified by the caller."""
    actor = actor_of(request)
    return queries.open_for(actor.user_id or 0, actor)


@router.post("", response={201: TaskOut}, summary="Open a task")
@requires(permissions.OPEN)
@idempotent
def open_task(request: HttpRequest, body: TaskIn) -> Any:
    """Open a task by hand, for people and units within reach."""
    return Status(201, services.open_task(actor=actor_of(request), **body.dict()))


@router.get("/{number}", response=TaskOut, summary="Look at a task")
@requires(permissions.VIEW)
def get_task(request: HttpRequest, number: str) -> Any:
    """One task."""
    return queries.visible_task(actor_of(request), number)


@router.post("/{number}/take", response=TaskOut, summary="Take a task")
@requires(permissions.WORK)
@idempotent
def take_task(request: HttpRequest, number: str, body: VersionIn) -> Any:
    """Make it the caller's own."""
    return _fresh(services.take(**_which(request, number, body)))


@router.post("/{number}/start", response=TaskOut, summary="Start a task")
@requires(permissions.WORK)
@idempotent
def start_task(request: HttpRequest, number: str, body: VersionIn) -> Any:
    """Begin to work on it."""
    return _fresh(services.start(**_which(request, number, body)))


@router.post("/{number}/complete", response=TaskOut, summary="Complete a task")
@requires(permissions.WORK)
@idempotent
def complete_task(request: HttpRequest, number: str, body: CompleteIn) -> Any:
    """Say that and how it was done."""
    return _fresh(services.complete(**_which(request, number, body), evidence=body.evidence))


@router.post("/{number}/verify", response=TaskOut, summary="Verify a task")
@requires(permissions.VERIFY)
@idempotent
def verify_task(request: HttpRequest, number: str, body: VerifyIn) -> Any:
    """Somebody else has checked it."""
    return _fresh(services.verify(**_which(request, number, body), note=body.note))


@router.post("/{number}/send-back", response=TaskOut, summary="Send a task back")
@requires(permissions.VERIFY)
@idempotent
def send_back_task(request: HttpRequest, number: str, body: TaskReasonIn) -> Any:
    """It is not good enough yet."""
    return _fresh(services.send_back(**_which(request, number, body), reason=body.reason))


@router.post("/{number}/hand-over", response=TaskOut, summary="Hand a task over")
@requires(permissions.STEER, any_of=(permissions.OPEN,))
@idempotent
def hand_over_task(request: HttpRequest, number: str, body: HandOverIn) -> Any:
    """Give it to somebody within reach."""
    return _fresh(services.hand_over(**_which(request, number, body), owner_id=body.owner_id, note=body.note))


@router.post("/{number}/cancel", response=TaskOut, summary="Cancel a task")
@requires(permissions.STEER, any_of=(permissions.OPEN,))
@idempotent
def cancel_task(request: HttpRequest, number: str, body: TaskReasonIn) -> Any:
    """It is not needed any more."""
    return _fresh(services.cancel(**_which(request, number, body), reason=body.reason))


def _which(request: HttpRequest, number: str, body: VersionIn) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "actor": actor,
        "task_id": queries.visible_task(actor, number).pk,
        "expected_version": body.version,
    }


def _fresh(row: Task) -> Task:
    row.refresh_from_db()
    return row
