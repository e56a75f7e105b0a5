"""What runs by itself: clocks act when a step is due, and follow their calendars."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.clocks import services
from kefu.platform.jobs.registry import ticker


@ticker("clocks.tick", every=2.0)
def tick(now: datetime) -> None:
    """Warnings, breaches and escalations; one look into an index when nothing is due."""
    services.tick(now)


@ticker("clocks.calendars", every=60.0)
def follow_calendars(now: datetime) -> None:
    """Running clocks follow changes of their calendars."""
    services.follow_calendars(now)
