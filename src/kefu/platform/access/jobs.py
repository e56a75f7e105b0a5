"""What the worker does for access."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.access import services
from kefu.platform.jobs.registry import ticker


@ticker("access.upkeep", every=300.0)
def upkeep(now: datetime) -> None:
    """Bring planned moves of the tree into force when their day comes; forget old counters."""
    services.refresh_paths()
    services.forget_old_counters(now)
