"""How things go for one viewer: today beside the same weekday last week, up to the same time of day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from kefu.areas.insight import rules
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.metrics import METRICS, Metric, Row
from kefu.kernel.permissions import Scope
from kefu.platform.access import queries as access
from kefu.platform.metrics import links, targets, wording
from kefu.platform.metrics import queries as metric_queries
from kefu.platform.metrics.lines import add
from kefu.platform.metrics.permissions import VIEW_NUMBER

OWN = ("handled", "aht", "acw", "occupancy", "transfer_rate", "ring_no_answer")
"""What tells somebody how their own day goes."""
UNIT = ("service_level.f3", "offered", "answer_rate", "abandon_rate", "asa", "aht", "occupancy", "handled")
"""What tells whoever answers for others how theirs goes."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of today with its change, its course through the day and the way to its rows."""

    metric: Metric
    text: str
    before_text: str
    tone: str
    change: float | None
    change_kind: str
    good: str
    trend: tuple[float | None, ...]
    sample: str
    url: str


def scope_label(scope: Scope) -> str:
    """Whose numbers they are."""
    if scope.everything:
        return _("全中心")
    if not scope.node_ids:
        return _("本人")
    nodes = access.nodes_by_id(scope.node_ids).values()
    for kind in ("site", "team"):
        names = [node.name for node in nodes if node.kind == kind]
        if names:
            return "、".join(names[:3]) + ("…" if len(names) > 3 else "")
    return "、".join(node.name for node in list(nodes)[:3])


def tiles_for(viewer: Actor, now: datetime) -> tuple[str, list[Tile]]:
    """Whose numbers the viewer sees, and the numbers; two questions to the metric layer whatever there is."""
    scope = access.scope_for(viewer, VIEW_NUMBER)
    if scope.is_empty:
        return "", []
    codes = OWN if not scope.everything and not scope.node_ids else UNIT
    metrics = targets.in_force(m for code in codes if (m := METRICS.find(code)) is not None)
    if not metrics:
        return "", []
    today = clock.local_date(now, settings.TIME_ZONE)
    slot = clock.local_slot(now, settings.TIME_ZONE) + 1
    day = timedelta(days=1)
    found = metric_queries.compute(viewer, metrics, today, today + day, by=["half_hour"], slots=(0, slot))
    then = today - 7 * day
    before = metric_queries.by_metric(metric_queries.compute(viewer, metrics, then, then + day, slots=(0, slot)))
    halves: dict[str, list[Row]] = {metric.code: [] for metric in metrics}
    for row in found:
        halves[row.metric].append(row)
    if not any(halves.values()) and not any(row.n for row in before.values()):
        return scope_label(scope), []
    return scope_label(scope), [_tile(m, halves[m.code], before.get(m.code), today) for m in metrics]


def _tile(metric: Metric, halves: Sequence[Row], before: Row | None, today: date) -> Tile:
    total: Row | None = None
    for row in halves:
        total = add(metric, total, row)
    value = total.value if total else None
    then = before.value if before and before.n else None
    change, kind = rules.change(metric, value, then)
    url = links.drill_url(metric, today, today + timedelta(days=1)) if links.has_rows(metric) else ""
    return Tile(
        metric,
        wording.row_value(metric, total),
        wording.format_value(metric.unit, then),
        wording.tone(metric, value),
        change,
        kind,
        rules.better(metric, value, then),
        tuple(row.value for row in halves),
        wording.sample(metric, total.n) if total and metric.denominator else "",
        url,
    )
