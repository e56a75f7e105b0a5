"""Writes: request, cancel and retry background work."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, NotFound, RuleBroken
from kefu.platform.jobs import queries
from kefu.platform.jobs.choices import CLOSED_STATES, JobState
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import JOBS
from kefu.platform.jobs.tasks import RUN_JOB


def enqueue(name: str, *, actor: Actor, title: str | None = None, dedupe_key: str | None = None, **kwargs: Any) -> Job:
    """Ask for the registered job ``name`` in the caller's transaction: rolled back, it never existed.

    ``kwargs`` must be JSON-able. With a ``dedupe_key``, a job of that name and key that still waits is returned
    instead of a second one, and jobs of the same key run one after the other.
    """
    spec = JOBS.get(name)
    values = {
        "name": name,
        "custom_title": (title or "")[:200],
        "arguments": kwargs,
        "language": get_language() or "zh-hans",
        "dedupe_key": dedupe_key or "",
        "requested_by_id": actor.user_id,
        "requested_by_label": actor.label[:150],
        "created_at": clock.now(),
    }
    while True:
        try:
            with transaction.atomic():
                job = Job.objects.create(**values)
                job.queue_job_id = defer(job, queue=spec.queue)
                job.save(update_fields=["queue_job_id"])
                return job
        except IntegrityError:
            waiting = Job.objects.filter(name=name, dedupe_key=dedupe_key or "", state=JobState.QUEUED).first()
            if waiting is not None:
                return waiting
            if not dedupe_key:
                raise


def defer(job: Job, *, queue: str) -> int:
    """Put the job into the queue, in the current transaction; returns the queue's number for it."""
    lock = f"{job.name}:{job.dedupe_key}" if job.dedupe_key else None
    return app.configure_task(RUN_JOB, queue=queue, lock=lock).defer(job_id=job.pk)


def cancel_job(*, actor: Actor, uid: str) -> Job:
    """Cancel a waiting job at once; ask a running one to stop at its next step."""
    with transaction.atomic():
        job = _steerable(actor, uid)
        if job.state in CLOSED_STATES:
            raise RuleBroken(_("任务已经结束，无法取消。"), code="job_closed")
        now = clock.now()
        if job.cancel_requested_at is None:
            job.cancel_requested_at = now
            job.cancel_requested_by_id = actor.user_id
        if job.state != JobState.RUNNING:
            job.state, job.finished_at = JobState.CANCELLED, now
        job.save(update_fields=["cancel_requested_at", "cancel_requested_by", "state", "finished_at"])
    return job


def retry_job(*, actor: Actor, uid: str) -> Job:
    """Start a failed or cancelled job again, as a new job with the same arguments."""
    with transaction.atomic():
        job = _steerable(actor, uid)
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            raise RuleBroken(_("只有失败或已取消的任务才能重试。"), code="job_not_failed")
        return enqueue(
            job.name, actor=actor, title=job.custom_title, dedupe_key=job.dedupe_key or None, **job.arguments
        )


def _steerable(actor: Actor, uid: str) -> Job:
    job = queries.visible_jobs(actor).select_for_update(of=("self",)).filter(uid=uid).first()
    if job is None:
        raise NotFound(_("没有这个后台任务，或者您无权查看。"))
    if not queries.may_steer(actor, job):
        raise Denied(_("您只能取消或重试自己发起的任务。"))
    return job
