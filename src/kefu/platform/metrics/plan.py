"""Which fact tables answer a question: pure planning, no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kefu.kernel.metrics import Fact, Grain, Measure, month_start, next_month

TREE = frozenset({"site", "team"})
"""Dimensions whose values are scope nodes: filtering by a node means its whole subtree."""

FINENESS = {Grain.SLOT: 0, Grain.DAY: 1, Grain.MONTH: 2}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days ``[start, end)`` that one fact answers."""

    fact: Fact
    start: date
    end: date


def coarsest_grain(by: Collection[str]) -> Grain:
    """The coarsest grain whose rows can still be told apart along the time dimensions of ``by``."""
    if {"slot", "half_hour", "hour"} & set(by):
        return Grain.SLOT
    if {"day", "week"} & set(by):
        return Grain.DAY
    return Grain.MONTH


def serves(fact: Fact, dimensions: Collection[str]) -> bool:
    """Whether the fact's rows can be told apart along every (not temporal) dimension asked for."""
    return all(d in fact.dimensions or (d == "site" and bool(fact.node_column)) for d in dimensions)


def _smallest(facts: Sequence[Fact], grain: Grain) -> Fact | None:
    same = [f for f in facts if f.grain is grain]
    return min(same, key=lambda f: len(f.dimensions)) if same else None


def segments(
    facts: Sequence[Fact], dimensions: Collection[str], by: Collection[str], start: date, end: date
) -> list[Segment] | None:
    """Cover ``[start, end)`` with the coarsest tables that can answer; ``None`` when none can.

    Whole months come from a monthly table where there is one, the days around them from a daily table, and what no
    coarser table can tell apart from the slots.
    """
    able = [f for f in facts if serves(f, dimensions)]
    coarsest = FINENESS[coarsest_grain(by)]
    monthly = _smallest(able, Grain.MONTH) if coarsest >= FINENESS[Grain.MONTH] else None
    daily = _smallest(able, Grain.DAY) if coarsest >= FINENESS[Grain.DAY] else None
    fine = daily or _smallest(able, Grain.SLOT)
    if start >= end:
        return [] if fine or monthly else None
    if monthly is not None:
        first = start if start == month_start(start) else next_month(start)
        last = month_start(end)
        if first < last:
            around = [(start, first), (last, end)]
            if fine is None and any(a < b for a, b in around):
                return None
            parts = [Segment(monthly, first, last)]
            parts += [Segment(fine, a, b) for a, b in around if a < b and fine is not None]
            return sorted(parts, key=lambda s: s.start)
    return [Segment(fine, start, end)] if fine is not None else None


def weight(parts: Sequence[Segment]) -> tuple[int, int]:
    """How much there is to read, for comparing plans: the more keys a row has and the finer it is, the more rows."""
    return (
        max((len(p.fact.dimensions) for p in parts), default=0),
        -min((FINENESS[p.fact.grain] for p in parts), default=0),
    )


def stand_ins(measures: Collection[Measure], same: Mapping[str, Measure]) -> dict[str, dict[str, Measure]]:
    """The families that can answer all of ``measures`` of one family: family → measure asked → measure read.

    ``same`` holds the measures that the asked ones name in ``same_as``. A family that lacks one is left out: its
    table would be read besides the first instead of in its place.
    """
    found: dict[str, dict[str, Measure]] = {}
    for measure in measures:
        for code in measure.same_as:
            found.setdefault(same[code].fact, {})[measure.code] = same[code]
    return {family: readings for family, readings in found.items() if len(readings) == len(measures)}


def together(families: Mapping[str, Sequence[Fact]]) -> list[tuple[str, ...]]:
    """The families grouped by the tables they lie in: those of one group are answered in one reading."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for family, facts in families.items():
        tables = tuple((f.model, f.grain, f.node_column, f.permission, f.visible, bool(f.bucket_column)) for f in facts)
        groups.setdefault(tables, []).append(family)
    return [tuple(group) for group in groups.values()]
