"""What the scraper learns about telephone sources."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max

from kefu.areas.calls.models import Checkpoint, SourceOutage
from kefu.kernel import clock
from kefu.platform.telemetry.registry import Sample, gauge


@gauge("source_silence_seconds", "Seconds since a telephone source last brought something in")
def silence() -> Iterator[Sample]:
    """One sample per source that a connector feeds."""
    now = clock.now()
    rows = Checkpoint.objects.order_by().values_list("source__code").annotate(at=Max("updated_at"))
    for code, at in rows:
        yield {"source": code}, (now - at).total_seconds()


@gauge("source_down", "Whether the link to a telephone source is down")
def down() -> Iterator[Sample]:
    """One sample per source whose link is down now."""
    rows = SourceOutage.objects.filter(ended_at=None).order_by().values_list("source__code").annotate(n=Count("id"))
    for code, _count in rows:
        yield {"source": code}, 1.0
