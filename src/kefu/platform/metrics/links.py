"""From a number to the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from kefu.kernel.metrics import Metric
from kefu.platform.metrics import registry


def rows_url(metric: Metric, filters: Mapping[str, str]) -> str | None:
    """The owning room's list of the rows that ``filters`` and the metric single out; ``None`` when there is none.

    ``filters``: ``start`` and ``end`` (days, end exclusive), ``time_from`` and ``time_to`` (``"09:30"``), and the codes
    of dimensions (``queue``, ``agent`` …).
    """
    wanted = {**filters, **metric.rows}
    if metric.rows_url is not None:
        return metric.rows_url(wanted)
    for family in registry.families(metric):
        for fact in registry.facts_of(family):
            if fact.rows_url is not None:
                return fact.rows_url(wanted)
    return None


def has_rows(metric: Metric) -> bool:
    """Whether the metric can be followed to its rows."""
    if metric.rows_url is not None:
        return True
    return any(f.rows_url is not None for family in registry.families(metric) for f in registry.facts_of(family))


def drill_url(metric: Metric, start: date, end: date, **members: str) -> str:
    """The product's own address for the rows behind one number; it leads on to the owning room."""
    return f"{drill_path(metric)}?{drill_query(start, end, **members)}"


def drill_path(metric: Metric) -> str:
    """The part of a drill-down address that depends on the metric alone."""
    return reverse("metrics:rows", args=[metric.code])


def drill_query(start: date, end: date, **members: str) -> str:
    """The part of a drill-down address that is the same for every metric of a line."""
    return urlencode({"start": start.isoformat(), "end": end.isoformat(), **{k: v for k, v in members.items() if v}})
