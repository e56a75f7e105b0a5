"""Decisions about retries, without clock and database."""

from __future__ import annotations

from datetime import datetime, timedelta

MAX_INTERRUPTIONS = 25
STALLED_AFTER_SECONDS = 30
HEARTBEAT_SECONDS = 5


def retry_at(now: datetime, failures: int) -> datetime:
    """When to try again after the ``failures``-th error: 10 s, 40 s, 90 s …, at most 15 minutes."""
    return now + timedelta(seconds=min(10 * failures**2, 900))


def may_resume(interruptions: int) -> bool:
    """Whether a job that lost its worker that often is started again."""
    return interruptions <= MAX_INTERRUPTIONS
