"""What the worker does for notices: hand over what is due."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.jobs.registry import ticker
from kefu.platform.notify import dispatching


@ticker("notify.dispatch", every=5.0)
def dispatch(now: datetime) -> int:
    """Hand notices to delivery, at once or as digests, when their time has come."""
    return dispatching.hand_over_due(now)
