"""The pages of jobs, with something to show."""

from __future__ import annotations

from typing import Any

from kefu.kernel import clock
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.models import Job, TickerStatus
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_jobs(user: Any) -> None:
    now = clock.now()
    for state in JobState:
        closed = state not in (JobState.QUEUED, JobState.RUNNING, JobState.INTERRUPTED)
        Job.objects.create(
            name="jobs.sample",
            custom_title="导入话务日志",
            state=state,
            progress_done=40,
            progress_total=100,
            message="已导入 40 行",
            error="规则不允许，请先启用。" if state == JobState.FAILED else "",
            requested_by_id=user.pk,
            requested_by_label=user.username,
            created_at=now,
            finished_at=now if closed else None,
        )
    TickerStatus.objects.create(
        name="jobs.tidy", every_seconds=3600, last_started_at=now, last_duration_seconds=0.2, runs=3, last_error=""
    )


def one_job(user: Any) -> dict[str, Any]:
    some_jobs(user)
    return {"uid": Job.objects.get(state=JobState.FAILED).uid}


def running_job(user: Any) -> dict[str, Any]:
    some_jobs(user)
    return {"uid": Job.objects.get(state=JobState.RUNNING).uid}


PAGES.register(PageCase("jobs.jobs", "jobs:jobs", prepare=some_jobs))
PAGES.register(PageCase("jobs.job", "jobs:job", prepare=one_job))
PAGES.register(PageCase("jobs.job_running", "jobs:job", prepare=running_job))
