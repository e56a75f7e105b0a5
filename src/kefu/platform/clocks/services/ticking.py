"""The ticker's work: find the clocks whose step is due, and let each act, whoever else is looking."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock
from kefu.platform.clocks.services.settling import announce, settle

logger = logging.getLogger(__name__)

BATCH = 50
LONGEST_REST = timedelta(hours=1)


def tick(now: datetime, *, limit: int = 2000) -> int:
    """Let the clocks act whose next step has come, each in a transaction of its own; returns how many did.

    Locked clocks are passed over, so any number of workers may tick at once. A clock whose step fails rests for a
    growing while and does not hold up the others.
    """
    acted = 0
    while acted < limit:
        due = list(
            Clock.objects.filter(next_action_at__lte=now)
            .order_by("next_action_at")
            .values_list("pk", flat=True)[:BATCH]
        )
        worked = sum(act(clock_id, now) for clock_id in due)
        acted += worked
        if len(due) < BATCH or not worked:
            break
    return acted


def act(clock_id: int, now: datetime) -> bool:
    """Let one clock take the steps that have come by ``now``; ``False`` when somebody else has it or nothing is due."""
    try:
        with transaction.atomic():
            row = _take(clock_id, now)
            if row is None:
                return False
            announce(row, now)
            settle(row, now)
            return True
    except Exception:
        logger.exception("clock %s could not act", clock_id)
        _rest(clock_id, now)
        return False


def _take(clock_id: int, now: datetime) -> Clock | None:
    return (
        Clock.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("policy")
        .filter(pk=clock_id, next_action_at__lte=now, status=ClockStatus.RUNNING)
        .first()
    )


def _rest(clock_id: int, now: datetime) -> None:
    with transaction.atomic():
        row = _take(clock_id, now)
        if row is not None:
            row.failures = min(row.failures + 1, 20)
            row.next_action_at = now + min(timedelta(seconds=2**row.failures), LONGEST_REST)
            row.save(update_fields=["failures", "next_action_at"])
