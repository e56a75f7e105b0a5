"""What runs by itself: every minute, what is planned for today comes into force."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from kefu.areas.people import services
from kefu.kernel import clock
from kefu.platform.jobs.registry import ticker


@ticker("people.today", every=60.0)
def bring_up_to_date(now: datetime) -> None:
    """Planned transfers, moves and leavings of today."""
    services.bring_up_to_date(clock.local_date(now, settings.TIME_ZONE))


@ticker("people.skills", every=1800.0)
def follow_expiry(now: datetime) -> None:
    """Certificates that lapse soon, or have lapsed, get their clocks."""
    services.follow_expiry(clock.local_date(now, settings.TIME_ZONE))
