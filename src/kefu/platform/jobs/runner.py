"""Runs one job: claim it, call its function, write down how it ended."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import KefuError
from kefu.platform.jobs import rules
from kefu.platform.jobs.channels import DirectChannel, SharedChannel
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.context import JobCancelled, JobContext, JobInterrupted, JobSuperseded
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import JOBS
from kefu.platform.telemetry import instruments
from kefu.platform.telemetry.context import tracing

logger = logging.getLogger(__name__)


class Requeue(Exception):
    """The queue is to hand out this job again, not before ``at``."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at:%Y-%m-%dT%H:%M:%S%z}")
        self.at = at


def execute(
    job_id: int, *, channel: DirectChannel | SharedChannel, stopping: Callable[[], bool] = lambda: False
) -> JobState | None:
    """Run the job if it is still to be run; returns how it ended (``None``: it was not ours to run).

    Raises ``Requeue`` when it has to be handed out again. Never raises what the job function raised.
    """
    job = _claim(job_id)
    if job is None:
        return None
    spec = JOBS.find(job.name)
    context = JobContext(
        job_id=job.pk,
        uid=str(job.uid),
        attempt=job.attempt,
        requester=requester_of(job),
        channel=channel,
        stopping=stopping,
    )
    with translation.override(job.language), tracing(str(job.uid)):
        try:
            if spec is None:
                raise KefuError(_("没有名为 %(name)s 的后台任务，请检查程序版本是否一致。") % {"name": job.name})
            result = spec.fn(context, **job.arguments)
        except JobSuperseded:
            logger.warning("job %s (%s): attempt %s was superseded", job.uid, job.name, job.attempt)
            return None
        except JobCancelled:
            return _close(job, JobState.CANCELLED, message=_("已按要求取消"))
        except JobInterrupted:
            _interrupt(job, clock.now())
            return None
        except (OperationalError, InterfaceError):
            logger.exception("job %s (%s): lost the database", job.uid, job.name)
            _interrupt(job, rules.retry_at(clock.now(), 1))
            return None
        except Exception as error:
            return _fail(job, error, retries=spec.retries if spec else 0)
        return _close(job, JobState.SUCCEEDED, result=_plain(result))


def requester_of(job: Job) -> Actor:
    """The person who asked for the job, as an actor; the system when nobody did."""
    cause = f"job:{job.pk}"
    if job.requested_by_id is None:
        return Actor.system(cause)
    return Actor(kind=ActorKind.USER, label=job.requested_by_label, user_id=job.requested_by_id, cause=cause)


def _claim(job_id: int) -> Job | None:
    """Start the next attempt, under the row's lock, so that two workers can never run the same job."""
    now = clock.now()
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
        if job is None or job.state not in (JobState.QUEUED, JobState.INTERRUPTED):
            return None
        if job.cancel_requested_at is not None:
            job.state, job.finished_at = JobState.CANCELLED, now
            job.save(update_fields=["state", "finished_at"])
            return None
        if not rules.may_resume(job.interruptions):
            job.state, job.finished_at = JobState.FAILED, now
            job.error = _("任务 %(count)d 次中断后停止，请查看日志，排除原因后重试。") % {"count": job.interruptions}
            job.save(update_fields=["state", "finished_at", "error"])
            return None
        job.state = JobState.RUNNING
        job.attempt += 1
        job.started_at = job.started_at or now
        job.error = ""
        job.save(update_fields=["state", "attempt", "started_at", "error"])
    return job


def _mine(job: Job) -> Any:
    """The row, as long as this attempt is the current one and not yet closed."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state__in=(JobState.RUNNING, JobState.INTERRUPTED))


def _close(job: Job, state: JobState, **values: Any) -> JobState | None:
    if state is JobState.SUCCEEDED and job.progress_total is None:
        values.setdefault("message", "")
    now = clock.now()
    instruments.JOBS.labels(job.name, state.value).observe((now - (job.started_at or now)).total_seconds())
    updated = _mine(job).update(state=state, finished_at=now, **values)
    return state if updated else None


def _interrupt(job: Job, again_at: datetime) -> None:
    if _mine(job).update(state=JobState.INTERRUPTED, interruptions=job.interruptions + 1):
        raise Requeue(again_at)


def _fail(job: Job, error: Exception, *, retries: int) -> JobState | None:
    trace = secrets.token_hex(6)
    failures = job.failures + 1
    again = failures <= retries and not (isinstance(error, KefuError) and error.status < 500)
    logger.log(
        logging.WARNING if isinstance(error, KefuError) else logging.ERROR,
        "job %s (%s) failed, attempt %s, trace %s",
        job.uid,
        job.name,
        job.attempt,
        trace,
        exc_info=error,
    )
    text = str(error.message) if isinstance(error, KefuError) else _("程序内部错误，请把追踪号告诉管理员。")
    if again:
        at = rules.retry_at(clock.now(), failures)
        if _mine(job).update(state=JobState.QUEUED, failures=failures, error=text, trace=trace, dedupe_key=""):
            raise Requeue(at)
        return None
    return _close(job, JobState.FAILED, failures=failures, error=text, trace=trace)


def _plain(result: Any) -> Any:
    """The result as JSON; anything that is not a mapping is put under ``value``."""
    if result is None:
        return None
    plain = json.loads(json.dumps(result, cls=DjangoJSONEncoder))
    return plain if isinstance(plain, dict) else {"value": plain}
