"""Jobs over HTTP: list, look at, cancel, start again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from kefu.platform.access.guard import actor_of, signed_in
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.jobs import queries, services
from kefu.platform.jobs.choices import JobState

router = Router()


class JobOut(Schema):
    """A background job."""

    uid: UUID
    name: str
    title: str
    state: JobState
    progress_done: int
    progress_total: int | None
    message: str
    result: dict[str, Any] | None
    error: str
    trace: str
    attempt: int
    requested_by_label: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None


class JobQuery(PageQuery):
    """Which jobs."""

    state: JobState | None = None


@router.get("", response=KeysetPage[JobOut], summary="List jobs")
@signed_in
def list_jobs(request: HttpRequest, query: Query[JobQuery]) -> Any:
    """One's own jobs, newest first; all of them with the right to see all."""
    rows = queries.visible_jobs(actor_of(request))
    if query.state is not None:
        rows = rows.filter(state=query.state)
    return keyset_page(rows, query, order=("-id",))


@router.get("/{uuid:uid}", response=JobOut, summary="Look at a job")
@signed_in
def get_job(request: HttpRequest, uid: UUID) -> Any:
    """How far a job is, and its result."""
    return queries.job_by_uid(actor_of(request), str(uid))


@router.post("/{uuid:uid}/cancel", response=JobOut, summary="Cancel a job")
@signed_in
@idempotent
def cancel_job(request: HttpRequest, uid: UUID) -> Any:
    """A waiting job is cancelled at once, a running one at its next step."""
    return services.cancel_job(actor=actor_of(request), uid=str(uid))


@router.post("/{uuid:uid}/retry", response={201: JobOut}, summary="Start a failed job again")
@signed_in
@idempotent
def retry_job(request: HttpRequest, uid: UUID) -> Any:
    """A new job with the same arguments."""
    return Status(201, services.retry_job(actor=actor_of(request), uid=str(uid)))
