"""What the scraper learns about jobs and tickers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from kefu.kernel import clock
from kefu.platform.jobs.choices import OPEN_STATES
from kefu.platform.jobs.models import Job, TickerStatus
from kefu.platform.telemetry.registry import Sample, gauge


@gauge("jobs_open", "Jobs that wait or run, by state")
def jobs_open() -> Iterator[Sample]:
    """One sample per open state, zero included."""
    counts = dict.fromkeys(OPEN_STATES, 0) | dict(
        Job.objects.filter(state__in=OPEN_STATES).order_by().values_list("state").annotate(n=Count("id"))
    )
    yield from (({"state": str(state)}, float(n)) for state, n in counts.items())


@gauge("ticker_age_seconds", "Seconds since a ticker last began a turn")
def ticker_age() -> Iterator[Sample]:
    """One sample per ticker that ever ran; a growing age means that no worker runs."""
    now = clock.now()
    for name, at in TickerStatus.objects.values_list("name", "last_started_at"):
        if at is not None:
            yield {"ticker": name}, (now - at).total_seconds()
