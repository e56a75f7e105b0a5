"""What the worker does for notices: hand over what is due, forget what is old."""

from __future__ import annotations

from datetime import datetime, timedelta

from kefu.platform.jobs.registry import ticker
from kefu.platform.notify import dispatching
from kefu.platform.notify.models import Notice
from kefu.platform.params import queries as params


@ticker("notify.dispatch", every=5.0)
def dispatch(now: datetime) -> int:
    """Hand notices to delivery, at once or as digests, when their time has come."""
    return dispatching.hand_over_due(now)


@ticker("notify.tidy", every=3600.0)
def tidy(now: datetime) -> int:
    """Delete notices older than ``notify.keep_days``; returns how many."""
    days = int(params.value("notify.keep_days"))
    old = list(Notice.objects.filter(created_at__lt=now - timedelta(days=days)).values_list("pk", flat=True)[:5000])
    Notice.objects.filter(pk__in=old).delete()
    return len(old)
