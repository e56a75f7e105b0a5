"""What goes on by itself: seats follow who is responsible, steps follow their clocks."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from kefu.platform.approvals import queries
from kefu.platform.approvals.choices import StepState
from kefu.platform.approvals.models import Request, Step
from kefu.platform.approvals.registry import LIMIT
from kefu.platform.approvals.services.routing import refresh
from kefu.platform.clocks.models import Clock

logger = logging.getLogger(__name__)

BATCH = 200
AGAIN_AFTER = timedelta(seconds=55)


def check_seats(now: datetime, *, limit: int = BATCH) -> int:
    """Compare the waiting steps, those looked at longest ago first, with who is responsible; returns how many changed.

    Each in a transaction of its own; a request that somebody is deciding is passed over.
    """
    stale = Q(checked_at__isnull=True) | Q(checked_at__lte=now - AGAIN_AFTER)
    waiting = Step.objects.filter(stale, state=StepState.WAITING).order_by(F("checked_at").asc(nulls_first=True))
    changed = 0
    for step_id, request_id in waiting.values_list("pk", "request_id")[:limit]:
        try:
            changed += _check(step_id, request_id, now)
        except Exception:
            logger.exception("the seats of step %s could not be checked", step_id)
            Step.objects.filter(pk=step_id).update(checked_at=now)
    return changed


def follow_clock(clock: Clock) -> None:
    """Keep a copy of when the answer is due and whether it is late."""
    step_id = clock.origin.rpartition(":")[2]
    if clock.kind == LIMIT and step_id.isdecimal():
        Step.objects.filter(pk=int(step_id)).update(due_at=clock.due_at, is_overdue=clock.breached_at is not None)


def owners_of_clock(clock: Clock, now: datetime) -> tuple[int, ...]:
    """Who is reminded of a step that waits."""
    step_id = clock.origin.rpartition(":")[2]
    step = Step.objects.select_related("request").filter(pk=int(step_id)).first() if step_id.isdecimal() else None
    return queries.deciders_of(step, now) if step is not None else ()


def _check(step_id: int, request_id: int, now: datetime) -> bool:
    with transaction.atomic():
        row = Request.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=request_id).first()
        step = Step.objects.filter(pk=step_id, state=StepState.WAITING).first() if row is not None else None
        return row is not None and step is not None and refresh(row, step, now)
