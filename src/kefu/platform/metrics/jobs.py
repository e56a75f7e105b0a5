"""Upkeep in the worker."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.jobs.registry import ticker
from kefu.platform.metrics import services


@ticker("metrics.refresh", every=2.0)
def refresh_facts(now: datetime) -> None:
    """Bring facts up to date with what was marked dirty."""
    services.refresh()
