"""The arithmetic of numbers."""

from __future__ import annotations

import random

import pytest

from kefu.kernel import metrics


def test_wilson_matches_the_published_example() -> None:
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    assert tuple(round(x, 4) for x in metrics.wilson(81, 263)) == (0.2553, 0.3662)
    assert tuple(round(x, 4) for x in metrics.wilson(0, 20)) == (0.0, 0.1611)
    assert metrics.wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9, 0.95, 0.99])
def test_interpolated_quantiles_are_within_two_percent(q: float) -> None:
    rng = random.Random(3)
    values = sorted(rng.lognormvariate(4, 1) for _ in range(20_000))
    bounds = metrics.geometric_bounds(36_000, growth=1.02)
    counts: dict[int, float] = {}
    for value in values:
        bucket = metrics.bucket_of(value, bounds)
        counts[bucket] = counts.get(bucket, 0) + 1
    exact = values[round(q * len(values)) - 1]
    found = metrics.histogram_quantile(counts, bounds, q)
    assert found is not None
    assert abs(found - exact) <= max(0.02 * exact, 1)


def test_an_empty_histogram_has_no_quantile() -> None:
    assert metrics.histogram_quantile({}, (0.0, 1.0), 0.5) is None
