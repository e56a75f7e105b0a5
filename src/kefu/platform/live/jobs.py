"""Upkeep in the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from kefu.platform.jobs.registry import ticker
from kefu.platform.live import services


@ticker("live.prune", every=3600.0)
def prune_snapshots(now: datetime) -> None:
    """Forget snapshots that nobody has published for two days."""
    services.prune(before=now - timedelta(days=2))
