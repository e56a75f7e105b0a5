"""Counting how often something is asked: shared by all processes, forgotten when the window is past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.errors import TooMany
from kefu.platform.access.models import LoginThrottle, RateCounter
from kefu.platform.access.rules import FORGET_FAILURES_AFTER


def count_hit(key: str, *, limit: int, per_seconds: int) -> int:
    """Count one hit under ``key`` and return the hits in this window; raises ``TooMany`` above ``limit``."""
    now = clock.now()
    began = datetime.fromtimestamp(int(now.timestamp()) // per_seconds * per_seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO access_ratecounter AS known (key, window_at, count) VALUES (%s, %s, 1)
            ON CONFLICT (key, window_at) DO UPDATE SET count = known.count + 1 RETURNING count
            """,
            [key[:96], began],
        )
        hits: int = cursor.fetchone()[0]
    if hits > limit:
        retry = int((began + timedelta(seconds=per_seconds) - now).total_seconds()) + 1
        raise TooMany(_("操作过于频繁，请稍后再试。"), details={"retry_after": retry})
    return hits


def forget_old_counters(now: datetime) -> int:
    """Delete counters that no longer hold anybody up; returns how many."""
    old, _per_model = RateCounter.objects.filter(window_at__lt=now - timedelta(days=1)).delete()
    past, _per_model = LoginThrottle.objects.filter(last_failed_at__lt=now - FORGET_FAILURES_AFTER * 2).delete()
    return old + past
