"""A report: metrics over a period, split by time and a dimension, beside the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kefu.areas.insight import rules
from kefu.areas.insight.choices import Compare, Grain
from kefu.areas.insight.rules import Period
from kefu.kernel.actor import Actor
from kefu.kernel.metrics import DIMENSIONS, Member, Metric, Row
from kefu.platform.metrics import links, registry, wording
from kefu.platform.metrics import queries as metric_queries
from kefu.platform.metrics.lines import add

SERIES = 6
BARS = 30
STEP = {"slot": 15, "half_hour": 30, "hour": 60}


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked; ``filters`` hold the codes of dimensions, ``sort`` a metric code or ``""`` (by key).

    ``until_slot`` is the present quarter of the day when the period ends with the unfinished today: the comparison
    then ends at the same time of its last day, so that half a day is never held against a whole one.
    """

    metrics: tuple[Metric, ...]
    period: Period
    grain: Grain = Grain.NONE
    split: str = ""
    compare: Compare = Compare.NONE
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    until_slot: int | None = None
    sort: str = ""
    descending: bool = False
    chart: Metric | None = None
    page: int = 1
    page_size: int | None = 100

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions of a line."""
        return tuple(d for d in (self.grain.dimension, self.split) if d)

    @property
    def is_cut(self) -> bool:
        """Whether the comparison ends at today's present time; needs metrics that know the time of day."""
        return self.until_slot is not None and all(
            m.quantile is None and "slot" in registry.dimensions_of(m) for m in self.metrics
        )

    @property
    def before(self) -> Period | None:
        """The period compared with."""
        return rules.comparison(self.period, self.compare, self.grain)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a report."""

    metric: Metric
    row: Row | None
    before: Row | None
    text: str
    tone: str
    change: float | None
    change_kind: str
    good: str
    interval: tuple[float, float] | None
    is_thin: bool
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its labels in the order of ``Question.by``, and a cell per metric."""

    key: tuple[Any, ...]
    labels: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The answer."""

    question: Question
    lines: list[Line]
    totals: tuple[Cell, ...]
    count: int
    pages: int
    chart: dict[str, Any] | None

    @property
    def is_person(self) -> bool:
        """Whether lines are about people."""
        dimension = DIMENSIONS.find(self.question.split)
        return bool(dimension and dimension.person)


Table = dict[tuple[Any, ...], dict[str, Row]]


def answer(viewer: Actor, question: Question) -> Report:
    """The report as the viewer may see it; totals are sums of the parts, never averages of averages."""
    filters = {code: metric_queries.resolve(code, list(codes)) for code, codes in question.filters.items() if codes}
    now, total = _ask(viewer, question, question.period, filters)
    before: Table = {}
    total_before: dict[str, Row] = {}
    if question.before is not None:
        found, total_before = _ask_before(viewer, question, question.before, filters)
        before = {_beside(question, key): rows for key, rows in found.items()}
    members = metric_queries.names(row for rows in now.values() for row in rows.values())
    keys = _sorted(question, now, members)
    size = question.page_size or max(len(keys), 1)
    pages = max((len(keys) + size - 1) // size, 1)
    page = min(max(question.page, 1), pages)
    paths = {m.code: links.drill_path(m) for m in question.metrics if links.has_rows(m)}
    lines = [
        Line(
            key,
            _labels(question, key, members),
            _cells(question, key, now[key], before.get(key, {}), members, paths),
        )
        for key in keys[(page - 1) * size : page * size]
    ]
    totals = _cells(question, (), total, total_before, members, paths)
    chart = _chart(question, now, before, members)
    return Report(question, lines, totals, len(keys), pages, chart)


def _ask(
    viewer: Actor,
    question: Question,
    period: Period,
    filters: Mapping[str, Sequence[int]],
    slots: tuple[int, int] | None = None,
) -> tuple[Table, dict[str, Row]]:
    table: Table = {}
    span = (period.start, period.end)
    if question.by:
        rows = metric_queries.compute(viewer, question.metrics, *span, by=question.by, filters=filters, slots=slots)
        for row in rows:
            table.setdefault(row.key, {})[row.metric] = row
    totals = metric_queries.compute(viewer, question.metrics, *span, filters=filters, slots=slots)
    return table, metric_queries.by_metric(totals)


def _ask_before(
    viewer: Actor, question: Question, before: Period, filters: Mapping[str, Sequence[int]]
) -> tuple[Table, dict[str, Row]]:
    """The comparison period, its last day only until the time that today has come to."""
    if not question.is_cut:
        return _ask(viewer, question, before, filters)
    last = Period(before.last, before.end)
    table, totals = _ask(viewer, question, last, filters, (0, question.until_slot or 0))
    if before.days > 1:
        whole, whole_totals = _ask(viewer, question, Period(before.start, before.last), filters)
        for key, rows in whole.items():
            table[key] = _added(question, table.get(key, {}), rows)
        totals = _added(question, totals, whole_totals)
    return table, totals


def _added(question: Question, one: Mapping[str, Row], other: Mapping[str, Row]) -> dict[str, Row]:
    """Two parts of a period together: numerators and denominators are summed, then divided."""
    return {
        metric.code: add(metric, one.get(metric.code), other.get(metric.code))
        for metric in question.metrics
        if metric.code in one or metric.code in other
    }


def _beside(question: Question, key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of this period beside a key of the period before."""
    before = question.before
    if before is None or not question.grain.dimension:
        return key
    return (rules.moved(key[0], question.grain.dimension, question.period, before), *key[1:])


def _sorted(question: Question, now: Table, members: Mapping[str, Mapping[int, Member]]) -> list[tuple[Any, ...]]:
    keys = sorted(now, key=lambda key: _labels(question, key, members))
    if question.sort:

        def value(key: tuple[Any, ...]) -> float | None:
            row = now[key].get(question.sort)
            return row.value if row else None

        known = [key for key in keys if value(key) is not None]
        known.sort(key=lambda key: value(key) or 0, reverse=question.descending)
        return known + [key for key in keys if value(key) is None]
    return keys[::-1] if question.descending else keys


def _labels(question: Question, key: tuple[Any, ...], members: Mapping[str, Mapping[int, Member]]) -> tuple[str, ...]:
    return tuple(label(code, value, members) for code, value in zip(question.by, key, strict=True))


def label(code: str, value: Any, members: Mapping[str, Mapping[int, Member]]) -> str:
    """One value of a dimension as text."""
    if value is None:
        return wording.DASH
    if isinstance(value, date):
        return f"{value:%Y-%m}" if code == "month" else value.isoformat()
    if code in members:
        member = members[code].get(value)
        return member.name if member else str(value)
    return str(value)


def _cells(
    question: Question,
    key: tuple[Any, ...],
    now: Mapping[str, Row],
    before: Mapping[str, Row],
    members: Mapping[str, Mapping[int, Member]],
    paths: Mapping[str, str],
) -> tuple[Cell, ...]:
    start, end, chosen = _place(question, key, members)
    rows = links.drill_query(start, end, **chosen)
    person = question.split == "agent" and bool(key)
    cells = []
    for metric in question.metrics:
        row, then = now.get(metric.code), before.get(metric.code)
        value, value_before = (row.value if row else None), (then.value if then else None)
        amount, kind = rules.change(metric, value, value_before)
        thin = person and row is not None and rules.is_thin(metric, row.n)
        cells.append(
            Cell(
                metric=metric,
                row=row,
                before=then,
                text=wording.row_value(metric, row),
                tone="" if thin else wording.tone(metric, value),
                change=amount,
                change_kind=kind,
                good=rules.better(metric, value, value_before),
                interval=rules.interval(metric, row.numerator, row.denominator) if person and row else None,
                is_thin=thin,
                url=f"{paths[metric.code]}?{rows}" if row and metric.code in paths else "",
            )
        )
    return tuple(cells)


def _place(
    question: Question, key: tuple[Any, ...], members: Mapping[str, Mapping[int, Member]]
) -> tuple[date, date, dict[str, str]]:
    """Days and members that single out the rows behind a line."""
    start, end = question.period.start, question.period.end
    chosen = {code: ",".join(codes) for code, codes in question.filters.items() if codes}
    for code, value in zip(question.by, key, strict=False):
        if isinstance(value, date):
            length = {"day": value + timedelta(days=1), "week": value + timedelta(days=7)}
            last = length.get(code) or rules.add_months(value, 1)
            start, end = max(start, value), min(end, last)
        elif code in STEP and value is not None:
            minutes = int(value[:2]) * 60 + int(value[3:]) + STEP[code]
            chosen |= {"time_from": value, "time_to": f"{minutes // 60:02d}:{minutes % 60:02d}"}
        elif code in members and value in members[code]:
            chosen[code] = members[code][value].code
    return start, end, chosen


def _chart(
    question: Question, now: Table, before: Table, members: Mapping[str, Mapping[int, Member]]
) -> dict[str, Any] | None:
    """The chosen metric drawn over time (one line per biggest member), or per member as bars."""
    metric = question.chart
    if metric is None or not now:
        return None
    unit = {"percent": "percent", "seconds": "duration"}.get(metric.unit.value, "number")
    base = {"unit": unit, "target": metric.target, "targetLabel": wording.goal(metric.unit, metric.target)}
    if not question.grain.dimension:
        keys = [key for key in _sorted(question, now, members) if metric.code in now[key]][:BARS]
        data = [now[key][metric.code].value for key in keys]
        labels = [_labels(question, key, members)[0] for key in keys]
        return {**base, "x": labels, "series": [{"name": str(metric.name), "type": "bar", "data": data}]}
    times = rules.expected_keys(question.grain, question.period, [key[0] for key in now])
    x = [label(question.grain.dimension, t, members) for t in times]
    series = [
        {"name": name, "data": [_value(table, (t, *rest), metric) for t in times], "type": kind, "dashed": dashed}
        for name, table, rest, kind, dashed in _drawn(question, metric, now, before, members)
    ]
    return {**base, "x": x, "series": series}


def _drawn(
    question: Question, metric: Metric, now: Table, before: Table, members: Mapping[str, Mapping[int, Member]]
) -> list[tuple[str, Table, tuple[Any, ...], str, bool]]:
    kind = "line" if metric.denominator else "bar"
    if question.split:
        weight: dict[Any, float] = {}
        for key, rows in now.items():
            weight[key[1]] = weight.get(key[1], 0) + (rows[metric.code].n if metric.code in rows else 0)
        biggest = sorted(weight, key=lambda m: -weight[m])[:SERIES]
        return [(label(question.split, m, members), now, (m,), "line", False) for m in biggest]
    drawn: list[tuple[str, Table, tuple[Any, ...], str, bool]] = [(str(metric.name), now, (), kind, False)]
    if before:
        drawn.append((str(Compare(question.compare).label), before, (), "line", True))
    return drawn


def _value(table: Table, key: tuple[Any, ...], metric: Metric) -> float | None:
    row = table.get(key, {}).get(metric.code)
    return row.value if row else None
