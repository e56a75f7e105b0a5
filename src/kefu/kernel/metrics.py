"""Metrics as data: what is summed, what is divided by what, along which dimensions, and how a number is named.

Stored are additive columns per interval × dimension (*facts*). A *measure* names one such column, possibly only of
rows with certain values (``state = talking``). A *metric* is a sum of measures over another sum of measures, taken
after summing: never an average of percentages. Rooms register all of it in their ``metrics.py``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Any

from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from django.db.models import Q
    from django_stubs_ext import StrOrPromise

    from kefu.kernel.actor import Actor
    from kefu.kernel.permissions import Scope


class Grain(StrEnum):
    """How long an interval one row of a fact covers."""

    SLOT = "slot"
    DAY = "day"
    MONTH = "month"


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    PERCENT = "percent"
    SECONDS = "seconds"
    HOURS = "hours"
    RATIO = "ratio"
    PER_HOUR = "per_hour"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    BAND = "band"
    NEUTRAL = "neutral"


class Kind(StrEnum):
    """How a metric comes about."""

    BASE = "base"
    RATIO = "ratio"
    DISTRIBUTION = "distribution"
    SNAPSHOT = "snapshot"


class Attribution(StrEnum):
    """To which interval an outcome is counted."""

    ARRIVAL = "arrival"
    EVENT = "event"


TIME_DIMENSIONS = ("month", "week", "day", "hour", "half_hour", "slot")
"""Dimensions that every fact has by its day (and, when its grain is a slot, by its time of day)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a dimension: its key in the facts, the code people type and the name they read."""

    key: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to split numbers (queue, agent, team …).

    ``resolve`` turns typed codes into keys and leaves unknown ones out, ``members`` names keys, and ``options``
    offers what a viewer may choose from (bounded). Each takes one query whatever the number of values.
    ``person`` marks dimensions whose values are people: their rates are shown with n and an interval.
    """

    code: str
    label: StrOrPromise
    resolve: Callable[[Sequence[str]], Mapping[str, int]]
    members: Callable[[Sequence[int]], Mapping[int, Member]]
    options: Callable[[Actor | None], Sequence[Member]]
    person: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A table of additive numbers, one row per interval and combination of dimensions.

    Facts of one ``family`` hold the same columns at different grains: a query is answered from the coarsest table
    that can. ``dimensions`` maps a dimension's code to the column that holds its key. ``visible`` turns a scope into
    the condition on rows; ``permission`` is the one whose scope applies (empty: ``metrics.number:view``).
    A ``DAY`` or ``MONTH`` fact has its local (first) day in ``day_column`` and no ``slot_column``.
    A histogram names its ``bucket_column`` and the ascending ``bounds``: bucket *i* holds values in
    ``[bounds[i], bounds[i + 1])``.
    ``node_column`` names the scope node of a row: with it the fact can also be split by site.
    ``only`` are lookups that a row must meet, where one table holds the rows of several facts; the columns of each
    are then zero in the rows of the others, so that asked together they are read at once.
    """

    code: str
    label: StrOrPromise
    model: str | type[Any]
    dimensions: Mapping[str, str]
    family: str = ""
    grain: Grain = Grain.SLOT
    day_column: str = "day"
    slot_column: str = "slot_of_day"
    node_column: str = ""
    permission: str = ""
    visible: Callable[[Scope], Q] | None = None
    rows_url: Callable[[Mapping[str, str]], str] | None = None
    bucket_column: str = ""
    bounds: tuple[float, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The family, which is the fact's own code unless it names another."""
        return self.family or self.code


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum that can be asked of a fact: one column, over all rows or those where ``where`` holds.

    ``fact`` is the family's code. ``where`` maps columns to the accepted values. ``same_as`` names measures of other
    families with the same sum, over all rows and along every dimension that both families have; whoever may see
    everything is answered from the smaller table. Units of the scope tree are another matter: each family tells in
    its own way where a row belongs, so a site, a team or a narrower scope is always read from ``fact``.
    """

    code: str
    label: StrOrPromise
    fact: str
    column: str
    where: tuple[tuple[str, tuple[str | int, ...]], ...] = ()
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A measure with its factor in a linear combination."""

    measure: str
    factor: float = 1


def total(*measures: str) -> tuple[Term, ...]:
    """The sum of the named measures; a leading ``-`` subtracts: ``total("calls.queue.offered", "-calls.queue.short")``."""
    return tuple(Term(m[1:], -1) if m.startswith("-") else Term(m) for m in measures)


@dataclass(frozen=True, slots=True)
class Metric:
    """One KPI, defined once and used by wallboard, report, scorecard, alert and API.

    ``name``, ``formula``, ``exclusions`` and ``note`` are lazy translations (Chinese msgids, English catalogue).
    ``n`` is the sample the value rests on; without it the denominator (or, for a base metric, the numerator) is it.
    ``variant_of`` groups named variants: ``service_level.f1`` … are variants of ``service_level``, and exactly one
    of them is ``default_variant``. ``rows`` are filters that narrow the drill-down to the rows meant (for instance
    ``{"outcome": "abandoned"}``); ``rows_url`` replaces the fact's own link where the rows live elsewhere.
    ``quantile`` belongs to distributions, whose numerator is the count measure of a histogram fact.
    ``proportion`` says that the numerator is a part of the denominator, so that Wilson's interval applies.
    ``target`` is the default goal; ``band`` its (low, high) where too little is bad too; either can be changed as a
    parameter (``metrics.targets``). ``params`` name the parameters that shape the formula.
    """

    code: str
    name: StrOrPromise
    unit: Unit
    direction: Direction
    kind: Kind
    numerator: tuple[Term, ...] = ()
    denominator: tuple[Term, ...] = ()
    n: tuple[Term, ...] = ()
    version: int = 1
    formula: StrOrPromise = ""
    exclusions: StrOrPromise = ""
    grain: StrOrPromise = ""
    attribution: Attribution = Attribution.ARRIVAL
    owner: StrOrPromise = ""
    source: StrOrPromise = ""
    note: StrOrPromise = ""
    variant_of: str = ""
    default_variant: bool = False
    params: tuple[str, ...] = ()
    target: float | None = None
    band: tuple[float, float] | None = None
    proportion: bool = False
    scale: float = 1
    quantile: float | None = None
    minimum_n: int = 0
    rows: Mapping[str, str] = field(default_factory=dict)
    rows_url: Callable[[Mapping[str, str]], str] | None = None

    @property
    def measures(self) -> frozenset[str]:
        """The codes of all measures that the metric needs."""
        return frozenset(t.measure for t in (*self.numerator, *self.denominator, *self.n))


@dataclass(frozen=True, slots=True)
class Row:
    """One number with what it is made of; ``key`` holds the values of ``by`` in order.

    Time dimensions are dates (``month`` and ``week`` by their first day) or local labels (``"09:30"``); the others
    are dimension keys.
    """

    metric: str
    by: tuple[str, ...]
    key: tuple[Any, ...]
    numerator: float | None
    denominator: float | None
    value: float | None
    n: float

    def __getitem__(self, dimension: str) -> Any:
        return self.key[self.by.index(dimension)]


METRICS: Registry[Metric] = Registry("metrics", lambda m: m.code)
MEASURES: Registry[Measure] = Registry("measures", lambda m: m.code)
FACTS: Registry[Fact] = Registry("facts", lambda f: f.code)
DIMENSIONS: Registry[Dimension] = Registry("dimensions", lambda d: d.code)


def ratio(numerator: float, denominator: float) -> float | None:
    """``numerator / denominator``, or ``None`` when there is nothing to divide by."""
    return numerator / denominator if denominator else None


def wilson(successes: float, n: float, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % score interval of a proportion (Wilson 1927); (0, 1) when ``n`` is zero.

    >>> tuple(round(x, 4) for x in wilson(8, 10))
    (0.4902, 0.9433)
    """
    if n <= 0:
        return 0.0, 1.0
    p = min(max(successes / n, 0.0), 1.0)
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max((centre - spread) / scale, 0.0), min((centre + spread) / scale, 1.0)


def histogram_quantile(counts: Mapping[int, float], bounds: Sequence[float], q: float) -> float | None:
    """The ``q``-quantile of a histogram, interpolated linearly inside its bucket; ``None`` when it is empty.

    The last bucket has no upper bound unless ``bounds`` gives one; its lower bound is answered then.
    """
    n = sum(counts.values())
    if n <= 0:
        return None
    wanted = q * n
    seen = 0.0
    last = 0.0
    for bucket in sorted(counts):
        count = counts[bucket]
        if count <= 0:
            continue
        low = bounds[bucket]
        high = bounds[bucket + 1] if bucket + 1 < len(bounds) else low
        if seen + count >= wanted:
            return low + (high - low) * (wanted - seen) / count
        seen += count
        last = high
    return last


def bucket_of(value: float, bounds: Sequence[float]) -> int:
    """The bucket of a histogram with ascending ``bounds`` that holds ``value``; values outside go to the ends."""
    return min(max(bisect_right(bounds, value) - 1, 0), len(bounds) - 1)


def geometric_bounds(limit: float, growth: float = 1.02, first: float = 1.0) -> tuple[float, ...]:
    """Bucket bounds from 0: whole steps of ``first`` while those are the wider, then growing by ``growth``.

    With growth 1.02 an interpolated quantile is within 2 % of the exact one.
    """
    bounds = [0.0]
    while bounds[-1] < limit:
        bounds.append(max(bounds[-1] + first, bounds[-1] * growth))
    return tuple(bounds)


def month_start(day: date) -> date:
    """The first day of the month of ``day``."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of ``day``."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
