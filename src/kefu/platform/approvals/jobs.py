"""What runs by itself: seats follow who is responsible."""

from __future__ import annotations

from datetime import datetime

from kefu.platform.approvals import services
from kefu.platform.jobs.registry import ticker


@ticker("approvals.seats", every=30.0)
def check_seats(now: datetime) -> None:
    """Whoever has left their post leaves the step, whoever has come joins, and deputies are told."""
    services.check_seats(now)
