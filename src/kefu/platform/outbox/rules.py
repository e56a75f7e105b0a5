"""When a failed delivery is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

MAX_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=2)


def next_attempt_at(now: datetime, attempts: int) -> datetime | None:
    """After the ``attempts``-th error: 5 s, 10 s, 20 s … at most two hours; ``None`` when it is given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + min(timedelta(seconds=5 * 2 ** max(attempts - 1, 0)), LONGEST_PAUSE)
