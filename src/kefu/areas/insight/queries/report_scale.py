"""The unit of a report: which metrics lead, how they are asked, and the hours of its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kefu.areas.insight.engine.contributions import Sums
from kefu.kernel.metrics import METRICS, Metric, Row
from kefu.platform.access.models import ScopeNode
from kefu.platform.calendars import public
from kefu.platform.metrics import queries as metrics
from kefu.platform.metrics import registry, targets

SCHEMA = 1
CENTRE = (
    "offered", "answer_rate", "service_level.f3", "abandon_rate", "asa", "wait.p90", "aht", "occupancy",
    "handled_per_hour", "transfer_rate", "repeat_rate", "outage_rate",
)  # fmt: skip
TEAM = (
    "handled", "handled_per_hour", "aht", "att", "acw", "occupancy", "utilisation", "not_ready_share", "transfer_rate",
    "ring_no_answer", "agent_release_rate",
)  # fmt: skip
BY_QUEUE = ("offered", "service_level.f3", "answer_rate", "abandon_rate", "asa", "aht")
BY_TEAM = ("handled", "aht", "handled_per_hour", "occupancy", "utilisation", "transfer_rate", "ring_no_answer")
BY_AGENT = ("handled", "aht", "handled_per_hour", "occupancy", "transfer_rate", "ring_no_answer")
SERIES = {"daily": "half_hour", "weekly": "day", "monthly": "day", "quarterly": "week", "yearly": "month"}
RECORD_DAYS = 90
USUAL_VOLUME = 20
"""A day or hour without a single call is a gap where there are usually at least so many."""

Cell = list[float | None]
ByTime = dict[tuple[date, str], dict[str, Row]]


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit whose numbers are asked: what it filters by and which metrics lead."""

    node: ScopeNode | None

    @property
    def is_team(self) -> bool:
        """Whether numbers of agents lead, because queues belong to sites."""
        return self.node is not None and self.node.kind in ("team", "department")

    @property
    def dimension(self) -> str:
        """What the metrics must be split by to be asked of the unit."""
        return "" if self.node is None else "team" if self.is_team else "site"

    @property
    def filters(self) -> dict[str, list[int]]:
        """The filter of the metric layer."""
        return {self.dimension: [self.node.pk]} if self.node is not None else {}

    @property
    def key_metric(self) -> str:
        """The ratio whose change is explained."""
        return "aht" if self.is_team else "service_level.f3"

    @property
    def volume(self) -> str:
        """The count whose change is explained."""
        return "handled" if self.is_team else "offered"

    @property
    def lost(self) -> str:
        """The part of the volume that is drawn apart."""
        return "" if self.is_team else "abandoned"

    def able(self, codes: Sequence[str], *by: str) -> tuple[Metric, ...]:
        """The registered metrics among ``codes`` that can be asked this way, with their goals of today."""
        needed = {d for d in (self.dimension, *by) if d}
        found = [METRICS.find(code) for code in codes]
        usable = [m for m in found if m is not None and needed <= set(registry.dimensions_of(m))]
        return targets.in_force(usable)


def cell(row: Row | None) -> Cell | None:
    """A number as it is kept."""
    if row is None or (row.value is None and not row.n):
        return None
    return [None if v is None else round(float(v), 6) for v in (row.numerator, row.denominator, row.value, row.n)]


def ask(scale: Scale, wanted: Sequence[Metric], start: date, end: date, *by: str) -> list[Row]:
    """The metrics of the unit over local days ``[start, end)``, the product's own view."""
    return metrics.compute(None, wanted, start, end, by=by, filters=scale.filters) if wanted else []


def by_time(scale: Scale, start: date, end: date) -> ByTime:
    """(day, hour) → the volume, what of it was lost, and the ratio."""
    wanted = scale.able([c for c in (scale.volume, scale.key_metric, scale.lost) if c], "hour")
    found: ByTime = defaultdict(dict)
    for row in ask(scale, wanted, start, end, "day", "hour"):
        found[row.key][row.metric] = row
    return found


def volume_of(scale: Scale, rows: Mapping[str, Row]) -> float:
    """The volume of some rows; 0 without any."""
    return float(rows[scale.volume].value or 0) if scale.volume in rows else 0.0


def sums_of(code: str, rows: Mapping[str, Row]) -> Sums:
    """Numerator and denominator of a metric among rows."""
    row = rows.get(code)
    return (float(row.numerator or 0), float(row.denominator or 0)) if row else (0.0, 0.0)


def days_of(start: date, end: date) -> list[date]:
    """The local days ``[start, end)``."""
    return [start + timedelta(days=i) for i in range((end - start).days)]


def per_day(scale: Scale, course: ByTime) -> dict[date, float]:
    """Day → volume."""
    totals: dict[date, float] = defaultdict(float)
    for (day, _hour), rows in course.items():
        totals[day] += volume_of(scale, rows)
    return totals


def rest_days(start: date, end: date) -> frozenset[date]:
    """Weekends and public holidays without make-up days."""
    special = {d.day: d.is_worked for year in range(start.year, end.year + 1) for d in public.days_of(year)}
    return frozenset(day for day in days_of(start, end) if not special.get(day, day.weekday() < 5))
