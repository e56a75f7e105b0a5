"""What the calls room tells reports: outages of sources and rows that were set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.models import RawFault, Source
from kefu.areas.calls.models.source import SourceOutage
from kefu.areas.insight.queries import ReportException, report_exceptions
from kefu.platform.access import queries as access

LONG_OUTAGE = 15 * 60
"""An outage of at least so many seconds makes the numbers of its period incomplete."""


@report_exceptions("calls.sources")
def exceptions_of_sources(*, start: datetime, end: datetime, node_id: int | None) -> Iterator[ReportException]:
    """Outages that touch ``[start, end)``, and how many rows of each source were set aside in it."""
    sources = _sources(node_id)
    touching = Q(started_at__lt=end) & (Q(ended_at__isnull=True) | Q(ended_at__gt=start))
    for outage in SourceOutage.objects.filter(touching, source__in=sources).select_related("source"):
        seconds = (min(outage.ended_at or end, end) - max(outage.started_at, start)).total_seconds()
        minutes = max(round(seconds / 60), 1)
        yield ReportException(
            _("话务源“%(name)s”连接中断 %(minutes)s 分钟"),
            {"name": outage.source.name, "minutes": minutes},
            at=outage.started_at,
            tone="bad" if seconds >= LONG_OUTAGE else "warn",
            harms_numbers=seconds >= LONG_OUTAGE,
        )
    faults = RawFault.objects.filter(created_at__gte=start, created_at__lt=end, source__in=sources)
    for name, count in faults.values_list("source__name").annotate(n=Count("id")).order_by("source__name"):
        yield ReportException(_("话务源“%(name)s”有 %(n)s 行记录被搁置，未计入"), {"name": name, "n": count})


def _sources(node_id: int | None) -> QuerySet[Source]:
    """The sources whose calls may belong to the unit: its own, those above it and those of nobody in particular."""
    sources = Source.objects.filter(is_active=True)
    if node_id is None:
        return sources
    near = {*access.subtree_ids([node_id]), *(node.pk for node in access.ancestors_of(node_id))}
    return sources.filter(Q(node_id__in=near) | Q(node__isnull=True))
