"""For tests of every app: run waiting jobs and tickers here and now, inside the test's transaction."""

from __future__ import annotations

from datetime import datetime

from kefu.kernel import clock
from kefu.platform.jobs import runner
from kefu.platform.jobs.channels import SharedChannel
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import TICKERS


def drain(limit: int = 100) -> list[Job]:
    """Run the waiting jobs, and those that they request, in order; returns them as they ended."""
    done: list[Job] = []
    for _round in range(limit):
        job = Job.objects.filter(state__in=(JobState.QUEUED, JobState.INTERRUPTED)).order_by("id").first()
        if job is None:
            return done
        try:
            runner.execute(job.pk, channel=SharedChannel())
        except runner.Requeue:
            job.refresh_from_db()
            continue
        job.refresh_from_db()
        done.append(job)
    raise AssertionError(f"more than {limit} job runs: does a job request itself?")


def tick(name: str, now: datetime | None = None) -> None:
    """Run one turn of a ticker; its errors come through."""
    TICKERS.get(name).fn(now or clock.now())
