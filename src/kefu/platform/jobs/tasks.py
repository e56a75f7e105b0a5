"""The one task that the queue knows: run the job with this number."""

from __future__ import annotations

import threading

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as QueueJob

from kefu.platform.jobs import runner
from kefu.platform.jobs.channels import DirectChannel

RUN_JOB = "kefu.jobs.run"
stopping = threading.Event()
"""Set when this worker process is asked to stop."""


class RequeueOnly(BaseRetryStrategy):
    """Hands out again what asks for it by ``Requeue``; everything else is final."""

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision | None:
        if isinstance(exception, runner.Requeue):
            return RetryDecision(retry_at=exception.at)
        return None


@app.task(name=RUN_JOB, retry=RequeueOnly())
def run_job(job_id: int) -> None:
    """Run a job in this worker."""
    channel = DirectChannel()
    try:
        runner.execute(job_id, channel=channel, stopping=stopping.is_set)
    finally:
        channel.close()
