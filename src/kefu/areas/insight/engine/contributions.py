"""Which part explains the change of a total: exact sums for ratios and volumes, and whether chance would do as well.

A ratio ``R = ΣA / ΣB`` over parts *i* with weights ``w = b/B`` and own ratios ``r = a/b`` changes by the sum of
``w̄·Δr`` (the part itself did better or worse) and ``(r̄ − R̄)·Δw`` (the part became larger or smaller), bars being
means of both periods: the symmetric (Marshall–Edgeworth) form, which leaves no remainder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from kefu.kernel.metrics import wilson

Sums = tuple[float, float]
"""Numerator and denominator."""
FEWEST_DAYS = 5
STUDENT = {
    4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 12: 2.179, 14: 2.145, 16: 2.120, 18: 2.101,
    20: 2.086, 25: 2.060, 30: 2.042, 40: 2.021, 60: 2.000, 120: 1.980,
}  # fmt: skip
"""Degrees of freedom → the 97.5 % quantile of Student's t, as in every statistics book."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one part adds to the change of the whole: ``rate`` by its own ratio, ``mix`` by its weight."""

    key: Any
    rate: float
    mix: float
    before: Sums
    after: Sums

    @property
    def total(self) -> float:
        """Both together."""
        return self.rate + self.mix


def _ratio(sums: Sums) -> float | None:
    return sums[0] / sums[1] if sums[1] else None


def whole(parts: Mapping[Any, Sums]) -> Sums:
    """The parts together."""
    return sum(a for a, _b in parts.values()), sum(b for _a, b in parts.values())


def of_ratio(before: Mapping[Any, Sums], after: Mapping[Any, Sums]) -> list[Share]:
    """The shares of all parts, the largest first; they sum to the change. Empty when either period has no ratio."""
    all_before, all_after = whole(before), whole(after)
    ratio_before, ratio_after = _ratio(all_before), _ratio(all_after)
    if ratio_before is None or ratio_after is None:
        return []
    middle = (ratio_before + ratio_after) / 2
    shares = []
    for key in {**before, **after}:
        then, now = before.get(key, (0.0, 0.0)), after.get(key, (0.0, 0.0))
        r0, r1 = _ratio(then), _ratio(now)
        if r0 is None and r1 is None:
            continue
        r0 = r1 if r0 is None else r0
        r1 = r0 if r1 is None else r1
        assert r0 is not None
        assert r1 is not None
        w0, w1 = then[1] / all_before[1], now[1] / all_after[1]
        shares.append(Share(key, (w0 + w1) / 2 * (r1 - r0), ((r0 + r1) / 2 - middle) * (w1 - w0), then, now))
    return sorted(shares, key=lambda share: -abs(share.total))


def of_volume(
    before: Mapping[Any, float], after: Mapping[Any, float], days_before: int, days_after: int
) -> list[Share]:
    """What each part adds to the change of the volume per day, the largest first."""
    if not days_before or not days_after:
        return []
    shares = [
        Share(key, after.get(key, 0) / days_after - before.get(key, 0) / days_before, 0.0,
              (before.get(key, 0), days_before), (after.get(key, 0), days_after))
        for key in {**before, **after}
    ]  # fmt: skip
    return sorted(shares, key=lambda share: -abs(share.total))


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far a change may be off (95 %): ``method`` is ``days`` (spread between days) or ``calls`` (Newcombe)."""

    low: float
    high: float
    method: str

    @property
    def is_clear(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


def doubt(before: Sequence[Sums], after: Sequence[Sums], *, proportion: bool) -> Doubt | None:
    """The interval of the change of a ratio given the sums of each day; ``None`` where nothing can be said.

    With five days or more on both sides the days are the sample (Cochran 1977, ratio estimate, 6.13): calls of one
    day share their luck, so that taking each for itself would promise too much. Otherwise, for proportions,
    Newcombe's interval (1998, method 10) from Wilson's.
    """
    sums = [whole(dict(enumerate(days))) for days in (before, after)]
    ratios = [_ratio(s) for s in sums]
    if ratios[0] is None or ratios[1] is None:
        return None
    change = ratios[1] - ratios[0]
    used = [[day for day in days if day[1]] for days in (before, after)]
    if min(map(len, used)) >= FEWEST_DAYS:
        variances = [_variance(days, ratio) for days, ratio in zip(used, ratios, strict=True) if ratio is not None]
        reach = quantile(min(map(len, used)) - 1) * sqrt(sum(variances))
        return Doubt(change - reach, change + reach, "days")
    if not proportion:
        return None
    (low0, high0), (low1, high1) = (wilson(*s) for s in sums)
    below = sqrt((ratios[1] - low1) ** 2 + (high0 - ratios[0]) ** 2)
    above = sqrt((high1 - ratios[1]) ** 2 + (ratios[0] - low0) ** 2)
    return Doubt(change - below, change + above, "calls")


def quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t; between two lines of the table the larger, which promises less."""
    return STUDENT[max(known for known in STUDENT if known <= freedom)]


def _variance(days: Sequence[Sums], ratio: float) -> float:
    n, total = len(days), sum(b for _a, b in days)
    return n / (n - 1) * sum((a - ratio * b) ** 2 for a, b in days) / total**2
