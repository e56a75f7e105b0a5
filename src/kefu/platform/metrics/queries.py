"""Numbers: one SQL statement per fact table answers any number of metrics, inside the viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.kernel.metrics import (
    DIMENSIONS,
    MEASURES,
    TIME_DIMENSIONS,
    Fact,
    Grain,
    Kind,
    Measure,
    Member,
    Metric,
    Row,
)
from kefu.kernel.permissions import EVERYTHING, Scope
from kefu.platform.access import queries as access_queries
from kefu.platform.metrics import permissions, plan, registry
from kefu.platform.metrics.columns import group_of, sum_of
from kefu.platform.metrics.dimensions import site_of
from kefu.platform.metrics.lines import Sums, Table, add_to, order, quantiles

Filters = Mapping[str, Collection[int]]
BUCKET = "bucket"
MOST_DAYS_NAMED = 31


def compute(
    viewer: Actor | None,
    metrics: Sequence[str | Metric],
    start: date,
    end: date,
    *,
    by: Sequence[str] = (),
    filters: Filters | None = None,
    slots: tuple[int, int] | None = None,
) -> list[Row]:
    """The metrics over local days ``[start, end)``, split ``by`` dimensions, of rows that the viewer may see.

    ``viewer=None`` means the product itself. ``filters`` maps dimensions to accepted keys; ``slots`` narrows every
    day to its local quarters ``[first, last)``. Rows come sorted by metric as asked, then by key; a metric that is
    not split always has its one row. Each table is read once. Raises ``InvalidInput`` for what does not exist.
    """
    wanted = [m if isinstance(m, Metric) else registry.find_metric(m) for m in metrics]
    by = tuple(dict.fromkeys(by))
    filters = filters or {}
    for metric in wanted:
        _check(metric, by, filters)
    needed: dict[str, set[str]] = {}
    for metric in wanted:
        if metric.kind is Kind.DISTRIBUTION:
            continue
        for code in metric.measures:
            needed.setdefault(MEASURES.get(code).fact, set()).add(code)
    question = _Question(viewer, start, end, by, filters, slots)
    source: dict[str, str] = {}
    readings: dict[str, dict[str, Measure]] = {}
    for family, codes in needed.items():
        source[family], read = question.reading(family, [MEASURES.get(code) for code in sorted(codes)])
        readings.setdefault(source[family], {}).update(read)
    sums: dict[str, Sums] = {}
    for families in plan.together({family: registry.facts_of(family) for family in readings}):
        found = question.sums(families, {code: m for family in families for code, m in readings[family].items()})
        sums |= dict.fromkeys(families, found)
    spreads: dict[tuple[str, ...], Sums] = {}
    tables: dict[tuple[int, ...], Table] = {}
    rows: list[Row] = []
    for metric in wanted:
        families = registry.families(metric)
        if metric.kind is Kind.DISTRIBUTION:
            measures = {code: MEASURES.get(code) for code in sorted(metric.measures)}
            if tuple(measures) not in spreads:
                spreads[tuple(measures)] = question.sums(families, measures, histogram=True)
            rows += sorted(quantiles(metric, by, spreads[tuple(measures)]), key=lambda r: order(r.key))
            continue
        parts = {id(part): part for part in (sums[source[family]] for family in families)}
        if (read_from := tuple(parts)) not in tables:
            tables[read_from] = Table.of(by, list(parts.values()))
        rows += tables[read_from].rows(metric)
    return rows


def by_metric(rows: Iterable[Row]) -> dict[str, Row]:
    """The rows of an unsplit answer by metric code."""
    return {row.metric: row for row in rows}


def names(rows: Iterable[Row]) -> dict[str, Mapping[int, Member]]:
    """The members behind the keys of ``rows``, one query per dimension."""
    keys: dict[str, set[int]] = {}
    for row in rows:
        for code, value in zip(row.by, row.key, strict=True):
            if code in DIMENSIONS and value is not None:
                keys.setdefault(code, set()).add(value)
    return {code: DIMENSIONS.get(code).members(sorted(values)) for code, values in keys.items()}


def resolve(dimension: str, codes: Sequence[str]) -> list[int]:
    """The keys of typed codes; raises ``InvalidInput`` naming those that do not exist."""
    known = DIMENSIONS.find(dimension)
    if known is None:
        raise InvalidInput(
            _("没有维度“%(code)s”。可用的维度：%(known)s")
            % {"code": dimension, "known": ", ".join(d.code for d in DIMENSIONS)},
            field="by",
            code="unknown_dimension",
        )
    keys = known.resolve(codes)
    missing = [code for code in codes if code not in keys]
    if missing:
        some = ", ".join(m.code for m in known.options(None)[:20]) or "-"
        raise InvalidInput(
            _("%(label)s中没有“%(codes)s”。可用的有：%(known)s")
            % {"label": known.label, "codes": ", ".join(missing), "known": some},
            field=dimension,
            code="unknown_member",
        )
    return [keys[code] for code in codes]


def _check(metric: Metric, by: Sequence[str], filters: Filters) -> None:
    if metric.kind is Kind.SNAPSHOT:
        raise InvalidInput(
            _("“%(name)s”是实时快照，没有历史数据") % {"name": metric.name}, field="metric", code="snapshot_metric"
        )
    known = registry.dimensions_of(metric)
    for code in (*by, *filters):
        if code not in known:
            raise InvalidInput(
                _("指标“%(metric)s”没有维度“%(code)s”。可用的维度：%(known)s")
                % {"metric": metric.code, "code": code, "known": ", ".join(known)},
                field="by",
                code="unknown_dimension",
            )


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of every table alike."""

    viewer: Actor | None
    start: date
    end: date
    by: tuple[str, ...]
    filters: Filters
    slots: tuple[int, int] | None

    @property
    def dimensions(self) -> frozenset[str]:
        """What rows must be told apart along, times left out."""
        return frozenset(d for d in (*self.by, *self.filters) if d not in TIME_DIMENSIONS)

    def parts(self, family: str) -> list[plan.Segment] | None:
        """The tables of the family that answer, or ``None`` when it cannot."""
        grains = (*self.by, "slot") if self.slots else self.by
        return plan.segments(registry.facts_of(family), self.dimensions, grains, self.start, self.end)

    def reading(self, family: str, measures: Sequence[Measure]) -> tuple[str, dict[str, Measure]]:
        """The family to read and the measure read for each asked: the lightest of those with the same sums."""
        best, read = family, {measure.code: measure for measure in measures}
        parts = self.parts(family)
        same = {code: MEASURES.get(code) for measure in measures for code in measure.same_as}
        others = plan.stand_ins(measures, same)
        if parts is None or not others or plan.TREE & self.dimensions or not self._sees_all(family):
            return best, read
        lightest = plan.weight(parts)
        for other, readings in others.items():
            found = self.parts(other)
            if found is not None and plan.weight(found) < lightest and self._sees_all(other):
                best, read, lightest = other, readings, plan.weight(found)
        return best, read

    def _sees_all(self, family: str) -> bool:
        return all(scope_on(self.viewer, fact).everything for fact in registry.facts_of(family))

    def sums(self, families: Sequence[str], readings: Mapping[str, Measure], *, histogram: bool = False) -> Sums:
        """Key → measure asked → sum over families of the same tables, each read once.

        With ``histogram`` the bucket is the last part of the key.
        """
        parts = self.parts(families[0])
        if parts is None:
            raise InvalidInput(
                _("没有事实表能同时按这些维度回答：%(by)s") % {"by": ", ".join((*self.by, *self.filters))},
                field="by",
                code="no_fact",
            )
        measures = list({measure.code: measure for measure in readings.values()}.values())
        first = len(self.by) + histogram
        place = {measure.code: first + i for i, measure in enumerate(measures)}
        asked = [(code, place[measure.code]) for code, measure in readings.items()]
        found: Sums = {}
        for part in parts:
            for row in self._rows(part, measures, histogram, is_whole=len(families) > 1):
                values = {code: value for code, i in asked if (value := row[i]) is not None}
                into = found.setdefault(row[:first], values)
                if into is not values:
                    add_to(into, values)
        return self._at_sites(found) if "site" in self.by else found

    def _rows(
        self, part: plan.Segment, measures: Sequence[Measure], histogram: bool, *, is_whole: bool
    ) -> Iterable[tuple[Any, ...]]:
        """One statement; ``is_whole`` reads all facts of the table, whose columns are zero in each other's rows."""
        fact = part.fact
        rows = self._visible(fact).filter(self._when(part))
        if not is_whole:
            rows = rows.filter(**fact.only)
        if self.slots:
            rows = rows.filter(**{f"{fact.slot_column}__gte": self.slots[0], f"{fact.slot_column}__lt": self.slots[1]})
        for code, keys in self.filters.items():
            column = fact.node_column if code == "site" else fact.dimensions[code]
            accepted = access_queries.subtree_ids(keys) if code in plan.TREE else keys
            rows = rows.filter(**{f"{column}__in": list(accepted)})
        groups = {f"g{i}": group_of(fact, code) for i, code in enumerate(self.by)}
        if histogram:
            groups[f"g{len(groups)}"] = F(fact.bucket_column)
        asked = {f"m{i}": sum_of(fact, measure) for i, measure in enumerate(measures)}
        if not groups:
            row = rows.aggregate(**asked)
            return [tuple(row[name] for name in asked)]
        # not an iterator: a server-side cursor would forgo parallel plans, and the answer is kept whole anyway
        return list(rows.order_by().values(**groups).annotate(**asked).values_list(*groups, *asked))

    def _when(self, part: plan.Segment) -> Q:
        """The days or months of a part. Named one by one, few days lead into a table by its next column too."""
        fact, column = part.fact, part.fact.day_column
        if fact.grain is not Grain.MONTH:
            is_narrow = bool(self.filters) or not scope_on(self.viewer, fact).everything
            count = (part.end - part.start).days
            if 0 < count <= (MOST_DAYS_NAMED if is_narrow else 1):
                return Q(**{f"{column}__in": [part.start + timedelta(days=n) for n in range(count)]})
        return Q(**{f"{column}__gte": part.start, f"{column}__lt": part.end})

    def _visible(self, fact: Fact) -> QuerySet[Any]:
        rows = registry.model_of(fact)._default_manager.all()
        scope = scope_on(self.viewer, fact)
        if scope.everything:
            return rows
        if scope.is_empty:
            return rows.none()
        if fact.visible is not None:
            return rows.filter(fact.visible(scope))
        return rows.filter(**{f"{fact.node_column}__in": scope.node_ids}) if fact.node_column else rows.none()

    def _at_sites(self, found: Sums) -> Sums:
        """Merge scope nodes into the sites they lie in."""
        place = self.by.index("site")
        sites = site_of(key[place] for key in found if key[place] is not None)
        merged: Sums = {}
        for key, values in found.items():
            add_to(merged.setdefault((*key[:place], sites.get(key[place]), *key[place + 1 :]), {}), values)
        return merged


def scope_on(viewer: Actor | None, fact: Fact) -> Scope:
    """The rows of a fact that a viewer may see."""
    if viewer is None or viewer.is_system:
        return EVERYTHING
    return access_queries.scope_for(viewer, fact.permission or permissions.VIEW_NUMBER)


def last_days(today: date, days: int) -> tuple[date, date]:
    """The ``days`` local days that end with ``today``, as ``[start, end)``."""
    return today - timedelta(days=days - 1), today + timedelta(days=1)
