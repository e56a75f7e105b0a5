"""Given jobs, when they are requested, run, cancelled and interrupted, then exactly that is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Denied, NotFound, RuleBroken
from kefu.platform.access.models import User
from kefu.platform.jobs import queries, runner, services
from kefu.platform.jobs.channels import SharedChannel
from kefu.platform.jobs.choices import JobState
from kefu.platform.jobs.context import JobContext
from kefu.platform.jobs.models import Job
from kefu.platform.jobs.registry import job
from kefu.platform.jobs.testing import drain

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
calls: list[Any] = []


@job("test.add", title="求和")
def add(ctx: JobContext, *, numbers: list[int]) -> dict[str, Any]:
    total = 0
    for done, number in enumerate(numbers, start=1):
        total += number
        ctx.progress(done, len(numbers), f"{done}")
        ctx.flush()
    calls.append(total)
    return {"total": total}


@job("test.broken", title="出错", retries=2)
def broken(ctx: JobContext) -> None:
    calls.append(ctx.attempt)
    raise ValueError("no")


@job("test.refused", title="拒绝", retries=2)
def refused(ctx: JobContext) -> None:
    raise RuleBroken("规则不允许，请先启用。")


@job("test.self_cancel", title="自行取消")
def self_cancel(ctx: JobContext) -> None:
    services.cancel_job(actor=SYSTEM, uid=ctx.uid)
    ctx.flush()
    calls.append("never")


@job("test.lost_database", title="断库")
def lost_database(ctx: JobContext) -> None:
    if ctx.attempt == 1:
        raise OperationalError("server closed the connection")


@pytest.fixture(autouse=True)
def _forget() -> None:
    calls.clear()


def user_actor(name: str) -> Actor:
    user = User.objects.create(username=name, display_name=name)
    return Actor(kind=ActorKind.USER, label=name, user_id=user.pk)


def test_a_job_runs_and_keeps_its_result() -> None:
    requested = services.enqueue("test.add", actor=SYSTEM, numbers=[1, 2, 3])
    assert (requested.state, requested.title) == (JobState.QUEUED, "求和")
    [done] = drain()
    assert (done.pk, done.state, done.result) == (requested.pk, JobState.SUCCEEDED, {"total": 6})
    assert (done.progress_done, done.progress_total, done.percent, done.attempt) == (3, 3, 100, 1)
    assert done.finished_at is not None


def test_rolled_back_a_job_never_existed() -> None:
    with transaction.atomic():
        services.enqueue("test.add", actor=SYSTEM, numbers=[1])
        transaction.set_rollback(True)
    assert Job.objects.count() == 0
    assert ProcrastinateJob.objects.count() == 0


def test_an_unknown_name_is_refused_at_once() -> None:
    with pytest.raises(KeyError, match=r"test\.nothing"):
        services.enqueue("test.nothing", actor=SYSTEM)
    assert Job.objects.count() == 0


def test_one_waiting_job_per_key() -> None:
    first = services.enqueue("test.add", actor=SYSTEM, dedupe_key="a", numbers=[1])
    again = services.enqueue("test.add", actor=SYSTEM, dedupe_key="a", numbers=[1])
    other = services.enqueue("test.add", actor=SYSTEM, dedupe_key="b", numbers=[1])
    assert first.pk == again.pk != other.pk
    drain()
    assert services.enqueue("test.add", actor=SYSTEM, dedupe_key="a", numbers=[1]).pk not in (first.pk, other.pk)


def test_an_error_is_retried_and_then_final() -> None:
    services.enqueue("test.broken", actor=SYSTEM)
    [done] = drain()
    assert calls == [1, 2, 3]
    assert (done.state, done.failures) == (JobState.FAILED, 3)
    assert "追踪号" in done.error
    assert len(done.trace) == 12


def test_a_rule_is_not_retried_and_says_why() -> None:
    services.enqueue("test.refused", actor=SYSTEM)
    [done] = drain()
    assert (done.state, done.error, done.attempt) == (JobState.FAILED, "规则不允许，请先启用。", 1)


def test_losing_the_database_is_an_interruption_not_a_failure() -> None:
    services.enqueue("test.lost_database", actor=SYSTEM)
    [done] = drain()
    assert (done.state, done.attempt, done.interruptions, done.failures) == (JobState.SUCCEEDED, 2, 1, 0)


def test_cancel_while_waiting() -> None:
    requested = services.enqueue("test.add", actor=SYSTEM, numbers=[1])
    assert services.cancel_job(actor=SYSTEM, uid=str(requested.uid)).state == JobState.CANCELLED
    assert drain() == []
    assert runner.execute(requested.pk, channel=SharedChannel()) is None
    assert calls == []
    with pytest.raises(RuleBroken):
        services.cancel_job(actor=SYSTEM, uid=str(requested.uid))


def test_cancel_while_running_takes_effect_at_the_next_step() -> None:
    services.enqueue("test.self_cancel", actor=SYSTEM)
    [done] = drain()
    assert done.state == JobState.CANCELLED
    assert calls == []


def test_a_stopping_worker_hands_the_job_on() -> None:
    requested = services.enqueue("test.add", actor=SYSTEM, numbers=[1])
    with pytest.raises(runner.Requeue):
        runner.execute(requested.pk, channel=SharedChannel(), stopping=lambda: True)
    requested.refresh_from_db()
    assert requested.state == JobState.INTERRUPTED
    [done] = drain()
    assert (done.state, done.attempt) == (JobState.SUCCEEDED, 2)


def test_after_too_many_interruptions_a_job_fails() -> None:
    requested = services.enqueue("test.add", actor=SYSTEM, numbers=[1])
    Job.objects.filter(pk=requested.pk).update(state=JobState.INTERRUPTED, interruptions=26)
    assert runner.execute(requested.pk, channel=SharedChannel()) is None
    requested.refresh_from_db()
    assert requested.state == JobState.FAILED
    assert "26" in requested.error


def test_a_job_is_seen_and_steered_by_its_requester_only() -> None:
    mine, other = user_actor("zhang"), user_actor("li")
    requested = services.enqueue("test.add", actor=mine, numbers=[1])
    assert queries.job_by_uid(mine, str(requested.uid)).pk == requested.pk
    assert not queries.visible_jobs(other).exists()
    with pytest.raises(NotFound):
        queries.job_by_uid(other, str(requested.uid))
    with pytest.raises((NotFound, Denied)):
        services.cancel_job(actor=other, uid=str(requested.uid))
    requested.refresh_from_db()
    assert requested.cancel_requested_at is None
    assert requested.state == JobState.QUEUED
    with pytest.raises(NotFound):
        queries.job_by_uid(mine, "not-a-number")


def test_a_failed_job_can_be_started_again() -> None:
    requested = services.enqueue("test.refused", actor=SYSTEM)
    with pytest.raises(RuleBroken):
        services.retry_job(actor=SYSTEM, uid=str(requested.uid))
    drain()
    again = services.retry_job(actor=SYSTEM, uid=str(requested.uid))
    assert again.pk != requested.pk
    assert (again.name, again.state) == ("test.refused", JobState.QUEUED)
