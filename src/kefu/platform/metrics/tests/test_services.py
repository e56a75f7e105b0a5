"""Dirty buckets are recomputed once each, survive errors, and hold one another up never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kefu.platform.metrics import registry, services
from kefu.platform.metrics.models import DirtyBucket


@pytest.fixture
def calls() -> Iterator[list[Any]]:
    """Keys as they reach the recomputer of the fact ``t.fact``; ``("bad",)`` fails."""
    seen: list[Any] = []

    @registry.recomputes("t.fact")
    def recompute(keys: list[tuple[Any, ...]]) -> None:
        if ("bad",) in keys:
            raise RuntimeError("raw row is broken")
        seen.extend(keys)

    yield seen
    del registry.RECOMPUTERS["t.fact"]


@pytest.mark.django_db
def test_marks_of_one_bucket_are_recomputed_once(calls: list[Any]) -> None:
    assert services.mark_dirty("t.fact", [(1, "2026-11-20"), (1, "2026-11-20"), (2, "2026-11-20")]) == 2
    services.mark_dirty("t.fact", [(1, "2026-11-20")])
    assert services.refresh(facts=["t.fact"]) == 2
    assert calls == [(1, "2026-11-20"), (2, "2026-11-20")]
    assert not DirtyBucket.objects.exists()
    assert services.refresh(facts=["t.fact"]) == 0


@pytest.mark.django_db
def test_a_fact_nobody_recomputes_cannot_be_marked() -> None:
    with pytest.raises(KeyError, match=r"t\.nobody"):
        services.mark_dirty("t.nobody", [(1,)])
    assert not DirtyBucket.objects.exists()


@pytest.mark.django_db
def test_a_bucket_that_fails_is_kept_and_holds_up_no_other(calls: list[Any]) -> None:
    services.mark_dirty("t.fact", [(1,), ("bad",), (2,)])
    services.refresh_all(facts=["t.fact"])
    assert calls == []
    DirtyBucket.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    services.refresh_all(facts=["t.fact"])
    assert calls == [(1,), (2,)]
    (left,) = DirtyBucket.objects.all()
    assert (left.key, left.attempts, left.error) == (["bad"], 2, "RuntimeError('raw row is broken')")
    assert left.retry_at is not None
    assert left.retry_at > timezone.now()
