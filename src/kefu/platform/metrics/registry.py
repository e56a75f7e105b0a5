"""Where rooms register numbers, and how a number is found by what people type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput
from kefu.kernel.metrics import (
    DIMENSIONS,
    FACTS,
    MEASURES,
    METRICS,
    TIME_DIMENSIONS,
    Dimension,
    Fact,
    Grain,
    Kind,
    Measure,
    Metric,
)
from kefu.platform.metrics import targets
from kefu.platform.params.registry import PARAMS

__all__ = [
    "DIMENSIONS",
    "FACTS",
    "MEASURES",
    "METRICS",
    "RECOMPUTERS",
    "default_variant",
    "dimensions_of",
    "facts_of",
    "find_metric",
    "model_of",
    "problems",
    "recomputes",
    "register",
    "variants_of",
]

BucketKey = tuple[Any, ...]
Recompute = Callable[[list[BucketKey]], None]

RECOMPUTERS: dict[str, Recompute] = {}
"""Fact code → function that computes the named buckets again from raw rows."""


def recomputes(fact: str) -> Callable[[Recompute], Recompute]:
    """Declare how dirty buckets of ``fact`` are computed again: idempotent, in the caller's transaction."""

    def declare(function: Recompute) -> Recompute:
        known = RECOMPUTERS.get(fact)
        if known is not None and known is not function:
            raise ValueError(f"dirty buckets of {fact!r} have two recomputers")
        RECOMPUTERS[fact] = function
        return function

    return declare


def register(
    *,
    facts: Iterable[Fact] = (),
    measures: Iterable[Measure] = (),
    metrics: Iterable[Metric] = (),
    dimensions: Iterable[Dimension] = (),
) -> None:
    """Add what a room's ``metrics.py`` declares, goals as parameters too; called once from its ``apps.py``."""
    added = list(metrics)
    DIMENSIONS.register_all(list(dimensions))
    FACTS.register_all(list(facts))
    MEASURES.register_all(list(measures))
    METRICS.register_all(added)
    PARAMS.register_all([param for metric in added for param in targets.declared(metric)])


def model_of(fact: Fact) -> type[Model]:
    """The Django model behind a fact."""
    return apps.get_model(fact.model) if isinstance(fact.model, str) else fact.model


def facts_of(family: str) -> list[Fact]:
    """The facts of a family, finest grain first."""
    order = {Grain.SLOT: 0, Grain.DAY: 1, Grain.MONTH: 2}
    return sorted((f for f in FACTS if f.group == family), key=lambda f: (order[f.grain], len(f.dimensions)))


def variants_of(base: str) -> list[Metric]:
    """The named variants of a base code, in order of registration."""
    return [m for m in METRICS if m.variant_of == base]


def default_variant(base: str) -> Metric | None:
    """The variant meant when people only say the base name."""
    return next((m for m in variants_of(base) if m.default_variant), None)


def find_metric(code: str) -> Metric:
    """The metric of that code, or the default variant of that base; raises ``InvalidInput`` that lists what exists."""
    metric = METRICS.find(code) or default_variant(code)
    if metric is None:
        raise InvalidInput(
            _("没有指标“%(code)s”。可用的指标：%(known)s")
            % {"code": code, "known": ", ".join(sorted(m.code for m in METRICS)) or "-"},
            field="metric",
            code="unknown_metric",
        )
    return metric


def families(metric: Metric) -> tuple[str, ...]:
    """The fact families that a metric draws on."""
    return tuple(dict.fromkeys(MEASURES.get(code).fact for code in sorted(metric.measures)))


def family_dimensions(family: str) -> frozenset[str]:
    """Every dimension that some fact of the family can be split by."""
    known: set[str] = set()
    for fact in facts_of(family):
        known.update(fact.dimensions)
        if fact.node_column:
            known.add("site")
        known.update({"month", "week", "day"} if fact.grain is not Grain.MONTH else {"month"})
        if fact.grain is Grain.SLOT:
            known.update(TIME_DIMENSIONS)
    return frozenset(known)


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """The dimensions a metric can be split by, the room's own first, then the time ones."""
    sets = [family_dimensions(f) for f in families(metric)]
    common = frozenset.intersection(*sets) if sets else frozenset()
    own = [d.code for d in DIMENSIONS if d.code in common]
    return (*own, *(t for t in TIME_DIMENSIONS if t in common))


def problems() -> list[str]:
    """What is wrong with the definitions themselves; empty when the catalogue holds together."""
    found: list[str] = []
    for fact in FACTS:
        try:
            columns = {f.attname for f in model_of(fact)._meta.concrete_fields}
        except LookupError:
            found.append(f"{fact.code}: no model {fact.model}")
            continue
        wanted = [fact.day_column, *fact.dimensions.values()]
        wanted += [fact.slot_column] if fact.grain is Grain.SLOT else []
        wanted += [c for c in (fact.node_column, fact.bucket_column) if c]
        found += [f"{fact.code}: no column {c}" for c in wanted if c not in columns]
        found += [f"{fact.code}: no dimension {d}" for d in fact.dimensions if d not in DIMENSIONS]
    for measure in MEASURES:
        tables = facts_of(measure.fact)
        if not tables:
            found.append(f"{measure.code}: no fact {measure.fact}")
        for code in measure.same_as:
            other = MEASURES.find(code)
            if other is None or other.fact == measure.fact:
                found.append(f"{measure.code}: {code} is no measure of another fact")
        for fact in tables:
            columns = {f.attname for f in model_of(fact)._meta.concrete_fields}
            found += [
                f"{measure.code}: {fact.code} has no column {c}"
                for c in (measure.column, *(name for name, _values in measure.where))
                if c not in columns
            ]
    for metric in METRICS:
        found += _metric_problems(metric)
    return found


def _metric_problems(metric: Metric) -> Sequence[str]:
    found = [f"{metric.code}: no measure {code}" for code in metric.measures if code not in MEASURES]
    if metric.kind is not Kind.SNAPSHOT and not metric.numerator:
        found.append(f"{metric.code}: has no numerator")
    if metric.kind is Kind.RATIO and not metric.denominator:
        found.append(f"{metric.code}: has no denominator")
    if metric.kind is Kind.DISTRIBUTION and metric.quantile is None:
        found.append(f"{metric.code}: has no quantile")
    if metric.variant_of and sum(v.default_variant for v in variants_of(metric.variant_of)) != 1:
        found.append(f"{metric.variant_of}: exactly one variant must be the default")
    return found
