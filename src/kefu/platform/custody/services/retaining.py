"""Letting go what is over: in batches, every night, with nothing of what is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.platform.access.services import authorise
from kefu.platform.custody import permissions, queries
from kefu.platform.custody.choices import RunState
from kefu.platform.custody.models import RetentionRun
from kefu.platform.jobs import services as jobs
from kefu.platform.jobs.context import Stopped
from kefu.platform.jobs.models import Job
from kefu.platform.params import queries as params
from kefu.platform.privacy.registry import RETENTIONS, Holds, Retention

JOB = "custody.retain"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one retention would take now."""

    retention: Retention
    days: int
    cutoff: datetime
    count: int
    held: int


def would_go(now: datetime) -> list[Outlook]:
    """What would go tonight, and what stays because it is held. Nothing is changed."""
    holds = queries.holds(now)
    found = []
    for retention in RETENTIONS:
        days = int(params.value(retention.param))
        cutoff = queries.cutoff(days, now)
        whole = retention.due(cutoff, Holds())
        free = 0 if holds.everything else retention.due(cutoff, holds)
        found.append(Outlook(retention, days, cutoff, free, whole - free))
    return found


def start_retention(*, actor: Actor, nightly: bool = False) -> Job | None:
    """Start a round as a job; ``None`` when tonight's has begun already."""
    authorise(actor, permissions.RETENTION_RUN)
    now = clock.now()
    try:
        with transaction.atomic():
            run = RetentionRun.objects.create(
                day=clock.local_date(now), is_nightly=nightly, started_by=actor.label[:64], started_at=now
            )
            run.job = jobs.enqueue(JOB, actor=actor, dedupe_key="retention", run_id=run.pk)
            run.save(update_fields=["job"])
    except IntegrityError:
        return None
    return run.job


def run_retention(*, actor: Actor, run: RetentionRun, progress: Callable[[int, str], None]) -> dict[str, int]:
    """Erase batch by batch what is over; what it did so far is written down whatever ends it."""
    now = clock.now()
    holds = queries.holds(now)
    counts: dict[str, int] = dict(run.counts)
    run.held = {each.retention.code: each.held for each in would_go(now) if each.held}
    try:
        for retention in RETENTIONS if not holds.everything else ():
            cutoff = queries.cutoff(int(params.value(retention.param)), now)
            # What somebody holds while the round is under way is left alone by the next batch already.
            while gone := retention.erase(cutoff, queries.holds(clock.now()), BATCH):
                counts[retention.code] = counts.get(retention.code, 0) + gone
                progress(sum(counts.values()), str(retention.label))
        _end(actor, run, RunState.DONE, counts)
    except BaseException as error:
        _end(actor, run, RunState.STOPPED if isinstance(error, Stopped) else RunState.FAILED, counts)
        raise
    return counts


def _end(actor: Actor, run: RetentionRun, state: RunState, counts: dict[str, int]) -> None:
    with transaction.atomic():
        run.state, run.counts, run.finished_at = state, counts, clock.now()
        run.save(update_fields=["state", "counts", "held", "finished_at"])
        auditing.record(
            actor=actor,
            action="privacy.retention:run",
            target=f"privacy.run:{run.pk}",
            after={"state": run.state, "counts": counts, "held": run.held},
        )
