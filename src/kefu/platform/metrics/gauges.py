"""What the scraper learns about the upkeep of facts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from kefu.platform.metrics.models import DirtyBucket
from kefu.platform.telemetry.registry import Sample, gauge


@gauge("dirty_buckets", "Marks of buckets that wait to be computed again, by fact")
def dirty() -> Iterator[Sample]:
    """One sample per fact with marks; nothing when all is fresh."""
    for fact, n in DirtyBucket.objects.order_by().values_list("fact").annotate(n=Count("id")):
        yield {"fact": fact}, float(n)
