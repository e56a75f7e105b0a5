"""Reads: which jobs a viewer sees, how the tickers are."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.jobs.models import Job, TickerStatus
from kefu.platform.jobs.permissions import MANAGE, VIEW_ALL
from kefu.platform.jobs.registry import TICKERS


def visible_jobs(viewer: Actor) -> QuerySet[Job]:
    """The viewer's own jobs; all of them with the right to see all."""
    if viewer.is_system or access.has_permission(viewer, VIEW_ALL):
        return Job.objects.all()
    if viewer.user_id is None:
        return Job.objects.none()
    return Job.objects.filter(requested_by_id=viewer.user_id)


def job_by_uid(viewer: Actor, uid: str) -> Job:
    """The job with that public number; raises ``NotFound`` when the viewer may not see it."""
    try:
        job = visible_jobs(viewer).filter(uid=uid).first()
    except ValidationError:
        job = None
    if job is None:
        raise NotFound(_("没有这个后台任务，或者您无权查看。"))
    return job


def may_steer(viewer: Actor, job: Job) -> bool:
    """Whether the viewer may cancel or retry this job."""
    own = viewer.user_id is not None and job.requested_by_id == viewer.user_id
    return viewer.is_system or own or access.has_permission(viewer, MANAGE)


class TickerHealth(NamedTuple):
    """A registered ticker and what is known of its last run."""

    name: str
    every_seconds: float
    status: TickerStatus | None


def ticker_health() -> list[TickerHealth]:
    """Every registered ticker with its status, in the order of names."""
    known = {status.name: status for status in TickerStatus.objects.all()}
    return [TickerHealth(spec.name, spec.every, known.get(spec.name)) for spec in sorted(TICKERS, key=lambda s: s.name)]
