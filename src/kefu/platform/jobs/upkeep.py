"""The jobs app's own tickers: bring back what a dead worker held, throw away what is long over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from kefu.platform.jobs import rules, services
from kefu.platform.jobs.choices import CLOSED_STATES, OPEN_STATES, JobState
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import JOBS, ticker
from kefu.platform.jobs.tasks import RUN_JOB

KEEP_JOBS = timedelta(days=90)
KEEP_QUEUE_ROWS = timedelta(days=2)
LOST_AFTER = timedelta(minutes=2)

STALLED = """
    SELECT job.id, job.task_name, (job.args ->> 'job_id')::bigint
      FROM procrastinate_jobs job
      LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
     ORDER BY job.id
       FOR UPDATE OF job SKIP LOCKED
"""
LOST = """
    SELECT job.id
      FROM jobs_job job
      LEFT JOIN procrastinate_jobs queued ON queued.id = job.queue_job_id AND queued.status IN ('todo', 'doing')
     WHERE job.state IN ('queued', 'running', 'interrupted') AND job.created_at < %s AND queued.id IS NULL
     ORDER BY job.id
     LIMIT 200
"""
OLD_QUEUE_ROWS = """
    DELETE FROM procrastinate_jobs
     WHERE id IN (
        SELECT job.id
          FROM procrastinate_jobs job
         WHERE job.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
           AND NOT EXISTS (SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id AND event.at > %s)
         ORDER BY job.id
         LIMIT 5000)
"""


@ticker("jobs.requeue_stalled", every=5.0)
def requeue_stalled(now: datetime) -> int:
    """Hand out again what workers held that have not given a sign of life for half a minute."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STALLED, [rules.STALLED_AFTER_SECONDS])
        stalled = cursor.fetchall()
        ours = [job_id for _queue_id, task, job_id in stalled if task == RUN_JOB]
        Job.objects.filter(pk__in=ours, state=JobState.RUNNING).update(
            state=JobState.INTERRUPTED, interruptions=F("interruptions") + 1
        )
        for queue_id, _task, _job_id in stalled:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [queue_id])
    return len(stalled)


@ticker("jobs.restore_lost", every=60.0)
def restore_lost(now: datetime) -> int:
    """Queue again the open jobs that the queue does not know (a restored backup, a queue emptied by hand)."""
    with connection.cursor() as cursor:
        cursor.execute(LOST, [now - LOST_AFTER])
        lost = [row[0] for row in cursor.fetchall()]
    for job_id in lost:
        with transaction.atomic():
            job = (
                Job.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=job_id, state__in=OPEN_STATES)
                .first()
            )
            if job is None:
                continue
            if job.state == JobState.RUNNING:
                job.state = JobState.INTERRUPTED
                job.interruptions += 1
            spec = JOBS.find(job.name)
            job.queue_job_id = services.defer(job, queue=spec.queue if spec else "default")
            job.save(update_fields=["state", "interruptions", "queue_job_id"])
    return len(lost)


@ticker("jobs.tidy", every=3600.0)
def tidy(now: datetime) -> None:
    """Forget the queue's finished rows after two days and finished jobs after ninety."""
    with connection.cursor() as cursor:
        cursor.execute(OLD_QUEUE_ROWS, [now - KEEP_QUEUE_ROWS])
    old = Job.objects.filter(state__in=CLOSED_STATES, finished_at__lt=now - KEEP_JOBS).values("pk")[:5000]
    Job.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
