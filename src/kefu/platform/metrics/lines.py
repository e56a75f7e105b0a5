"""From sums to numbers: read tables side by side, sorted and labelled once, every metric made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kefu.kernel.metrics import Metric, Row, Term, histogram_quantile, ratio
from kefu.platform.metrics import registry

Sums = dict[tuple[Any, ...], dict[str, float]]
SLOTS_IN = {"hour": 4, "half_hour": 2, "slot": 1}


def _labels(by: tuple[str, ...], key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Quarters of the day as ``"09:30"``."""
    return tuple(
        f"{value // 4:02d}:{value % 4 * 15:02d}" if code in SLOTS_IN and value is not None else value
        for code, value in zip(by, key, strict=True)
    )


def order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sorts keys with what is unknown first."""
    return tuple((value is not None, value) for value in key)


def add_to(into: dict[str, float], values: Mapping[str, float]) -> None:
    """Add sums measure by measure."""
    for code, value in values.items():
        into[code] = into.get(code, 0) + value


def _combination(terms: tuple[Term, ...]) -> Callable[[Mapping[str, float]], float]:
    """The function that adds up the terms; the usual single measure is looked up and no more."""
    if len(terms) == 1 and terms[0].factor == 1:
        code = terms[0].measure
        return lambda sums: sums.get(code, 0)
    factors = [(term.measure, term.factor) for term in terms]

    def add_up(sums: Mapping[str, float]) -> float:
        value: float = 0
        for code, factor in factors:
            if code in sums:
                value += factor * sums[code]
        return value if type(value) is int or value != int(value) else int(value)

    return add_up


@dataclass(frozen=True, slots=True)
class Table:
    """What was read, sorted and labelled once for all metrics that are made of it."""

    by: tuple[str, ...]
    lines: list[tuple[tuple[Any, ...], Mapping[str, float]]]

    @classmethod
    def of(cls, by: tuple[str, ...], parts: Sequence[Sums]) -> Table:
        """The parts side by side; a question that is not split has its one line."""
        merged = parts[0]
        if len(parts) > 1:
            merged = {}
            for part in parts:
                for key, values in part.items():
                    merged.setdefault(key, {}).update(values)
        keys = sorted(merged, key=order) if by else [()]
        if SLOTS_IN.keys().isdisjoint(by):
            return cls(by, [(key, merged.get(key, {})) for key in keys])
        return cls(by, [(_labels(by, key), merged[key]) for key in keys])

    def rows(self, metric: Metric) -> list[Row]:
        """The metric's number on every line."""
        number = _maker(metric, self.by)
        return [number(key, sums) for key, sums in self.lines]


def row_of(metric: Metric, by: tuple[str, ...], key: tuple[Any, ...], sums: Mapping[str, float]) -> Row:
    """One number out of the sums of its measures."""
    return _maker(metric, by)(key, sums)


def _maker(metric: Metric, by: tuple[str, ...]) -> Callable[[tuple[Any, ...], Mapping[str, float]], Row]:
    """The function that makes the metric's rows, its terms taken apart once."""
    code, scale = metric.code, metric.scale
    top, bottom = _combination(metric.numerator), _combination(metric.denominator)
    sample = _combination(metric.n) if metric.n else None

    def base(key: tuple[Any, ...], sums: Mapping[str, float]) -> Row:
        numerator = top(sums)
        return Row(code, by, key, numerator, None, numerator * scale, sample(sums) if sample else numerator)

    def quotient(key: tuple[Any, ...], sums: Mapping[str, float]) -> Row:
        numerator, denominator = top(sums), bottom(sums)
        value = numerator / denominator * scale if denominator else None
        return Row(code, by, key, numerator, denominator, value, sample(sums) if sample else denominator)

    return quotient if metric.denominator else base


def add(metric: Metric, one: Row | None, other: Row | None) -> Row:
    """Two parts of one number together; at least one is given. Quantiles cannot be added."""
    if one is None or other is None:
        found = one or other
        assert found is not None
        return found
    numerator = (one.numerator or 0) + (other.numerator or 0)
    n = one.n + other.n
    if not metric.denominator:
        return Row(metric.code, one.by, one.key, numerator, None, numerator * metric.scale, n)
    denominator = (one.denominator or 0) + (other.denominator or 0)
    quotient = ratio(numerator, denominator)
    value = None if quotient is None else quotient * metric.scale
    return Row(metric.code, one.by, one.key, numerator, denominator, value, n)


def quantiles(metric: Metric, by: tuple[str, ...], table: Sums) -> list[Row]:
    """The quantile of every line, interpolated in its histogram."""
    bounds = registry.facts_of(registry.families(metric)[0])[0].bounds
    count = _combination(metric.numerator)
    spread: dict[tuple[Any, ...], dict[int, float]] = {} if by else {(): {}}
    for key, values in table.items():
        spread.setdefault(key[:-1], {})[key[-1]] = count(values)
    rows = []
    for key, counts in spread.items():
        value = histogram_quantile(counts, bounds, metric.quantile or 0.5)
        rows.append(Row(metric.code, by, _labels(by, key), None, None, value, sum(counts.values())))
    return rows
