"""Background work of insight: thin entry points."""

from __future__ import annotations

from datetime import datetime

from kefu.areas.insight import services
from kefu.platform.jobs.registry import ticker


@ticker("insight.alerts", every=15.0)
def watch(now: datetime) -> None:
    """Look at the rules that are due, then tell whoever is to be told."""
    services.keep_minute(now)
    services.evaluate(now)
    services.tell_due(now)


@ticker("insight.prune_minutes", every=21_600.0)
def prune(now: datetime) -> None:
    """Drop old minutes of the live gauges."""
    services.prune_minutes(now)
