"""What the scraper learns about the trail."""

from __future__ import annotations

from collections.abc import Iterator

from kefu.platform.audit.models import AuditEntry
from kefu.platform.telemetry.registry import Sample, gauge


@gauge("audit_unsealed", "Audit entries that are not yet chained")
def unsealed() -> Iterator[Sample]:
    """How many there are; near zero while a worker runs."""
    yield {}, float(AuditEntry.objects.filter(seq=None).count())
