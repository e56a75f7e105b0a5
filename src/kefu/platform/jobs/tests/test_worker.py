"""Given real workers and committed jobs, when they race, stop or die, then each job runs to its end once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.jobs import services, worker
from kefu.platform.jobs.channels import DirectChannel
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.context import JobContext, JobSuperseded
from kefu.platform.jobs.models import Job, TickerStatus
from kefu.platform.jobs.registry import TickerSpec, job
from kefu.platform.jobs.runner import execute
from kefu.platform.jobs.testing import tick
from kefu.platform.jobs.tickers import Lease, TickerThread

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")
ran: list[int] = []
started = threading.Event()
go_on = threading.Event()


@job("test.note", title="记录")
def note(ctx: JobContext, *, number: int) -> None:
    ran.append(number)


@job("test.wait", title="等待")
def wait(ctx: JobContext) -> None:
    ran.append(ctx.attempt)
    started.set()
    go_on.wait(20)
    ctx.flush()


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()
    started.clear()
    go_on.clear()


def test_a_worker_runs_committed_jobs_each_once() -> None:
    for number in range(20):
        services.enqueue("test.note", actor=SYSTEM, number=number)
    worker.run_waiting(concurrency=3)
    assert sorted(ran) == list(range(20))
    assert Job.objects.filter(state=JobState.SUCCEEDED).count() == 20
    assert ProcrastinateJob.objects.count() == 0


def test_two_workers_at_one_job_run_it_once() -> None:
    requested = services.enqueue("test.wait", actor=SYSTEM)
    results: list[Any] = []

    def work() -> None:
        channel = DirectChannel()
        try:
            results.append(execute(requested.pk, channel=channel))
        finally:
            channel.close()
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert started.wait(20)
    second = threading.Thread(target=work)
    second.start()
    second.join(20)
    go_on.set()
    first.join(20)
    assert results == [None, JobState.SUCCEEDED]
    assert ran == [1]


def test_a_running_job_sees_a_cancel_from_another_connection() -> None:
    requested = services.enqueue("test.wait", actor=SYSTEM)
    ended: list[Any] = []

    def work() -> None:
        channel = DirectChannel()
        try:
            ended.append(execute(requested.pk, channel=channel))
        finally:
            channel.close()
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(20)
    services.cancel_job(actor=SYSTEM, uid=str(requested.uid))
    go_on.set()
    thread.join(20)
    assert ended == [JobState.CANCELLED]


def test_an_old_attempt_is_fenced_off() -> None:
    requested = services.enqueue("test.note", actor=SYSTEM, number=1)
    Job.objects.filter(pk=requested.pk).update(state=JobState.RUNNING, attempt=2)
    channel = DirectChannel()
    try:
        with pytest.raises(JobSuperseded):
            channel.report(requested.pk, 1, {"progress_done": 5})
        assert channel.report(requested.pk, 2, {"progress_done": 7}) is False
    finally:
        channel.close()
    requested.refresh_from_db()
    assert requested.progress_done == 7


CHILD = """
import os, django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_NAME"]
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["TEST_NAME"]
from kefu.platform.jobs import registry, worker
@registry.job("test.killed", title="杀死")
def killed(ctx):
    print("running", flush=True)
    import time
    while True:
        time.sleep(0.05)
        ctx.check_cancelled()
worker.run(concurrency=1, tickers=False)
"""


@job("test.killed", title="杀死")
def killed(ctx: JobContext) -> None:
    ran.append(ctx.attempt)


def child() -> subprocess.Popen[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kefu.site.settings",
        "TEST_NAME": connection.settings_dict["NAME"],
    }
    return subprocess.Popen(
        [sys.executable, "-c", CHILD], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_what_a_killed_worker_held_is_run_by_another() -> None:
    requested = services.enqueue("test.killed", actor=SYSTEM)
    process = child()
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "running"
    process.kill()
    process.wait(20)
    requested.refresh_from_db()
    assert (requested.state, requested.attempt) == (JobState.RUNNING, 1)
    tick("jobs.requeue_stalled")
    requested.refresh_from_db()
    assert requested.state == JobState.RUNNING  # the heartbeat is still young
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    tick("jobs.requeue_stalled")
    requested.refresh_from_db()
    assert (requested.state, requested.interruptions) == (JobState.INTERRUPTED, 1)
    worker.run_waiting()
    requested.refresh_from_db()
    assert (requested.state, requested.attempt, ran) == (JobState.SUCCEEDED, 2, [2])


def test_sigterm_hands_the_running_job_on_at_once() -> None:
    requested = services.enqueue("test.killed", actor=SYSTEM)
    process = child()
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "running"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    requested.refresh_from_db()
    assert requested.state == JobState.INTERRUPTED
    worker.run_waiting()
    requested.refresh_from_db()
    assert (requested.state, ran) == (JobState.SUCCEEDED, [2])


def test_open_jobs_that_the_queue_does_not_know_come_back() -> None:
    requested = services.enqueue("test.note", actor=SYSTEM, number=4)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tick("jobs.restore_lost")
    worker.run_waiting()
    assert ran == []  # too young: it may be on its way
    tick("jobs.restore_lost", clock.now() + timedelta(minutes=3))
    worker.run_waiting()
    requested.refresh_from_db()
    assert (requested.state, ran) == (JobState.SUCCEEDED, [4])


def test_one_process_at_a_time_holds_a_ticker() -> None:
    one, two = Lease(), Lease()
    try:
        assert one.hold("test.exclusive")
        assert one.hold("test.exclusive")
        assert not two.hold("test.exclusive")
        one.close()
        assert two.hold("test.exclusive")
    finally:
        one.close()
        two.close()


def test_a_failing_ticker_goes_on_and_is_counted() -> None:
    stop = threading.Event()
    turns: list[int] = []

    def fn(now: Any) -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ValueError("once")
        stop.set()

    lease = Lease()
    thread = TickerThread(TickerSpec("test.flaky", 0.05, fn), lease, stop)
    thread.start()
    thread.join(20)
    lease.close()
    assert len(turns) == 2
    status = TickerStatus.objects.get(name="test.flaky")
    assert (status.failures, status.last_error) == (1, "ValueError: once")
