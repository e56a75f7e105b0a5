"""Upkeep of facts: marking buckets dirty and computing them again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kefu.platform.metrics.models import DirtyBucket
from kefu.platform.metrics.registry import RECOMPUTERS, BucketKey

log = logging.getLogger(__name__)

BATCH = 1000
RETRIES = 100
LONGEST_PAUSE = 300


def mark_dirty(fact: str, keys: Iterable[Sequence[Any]]) -> int:
    """Note that these buckets no longer match their raw rows; belongs into the transaction that changed them.

    ``keys`` are tuples of JSON-able values in the order that the fact's recomputer expects (dates as ISO text).
    Raises ``KeyError`` when nobody could recompute the fact.
    """
    if fact not in RECOMPUTERS:
        raise KeyError(f"nobody recomputes dirty buckets of {fact!r}")
    unique = dict.fromkeys(json.dumps(list(key)) for key in keys)
    DirtyBucket.objects.bulk_create([DirtyBucket(fact=fact, key=json.loads(key)) for key in unique], batch_size=5000)
    return len(unique)


def refresh(*, facts: Iterable[str] | None = None, limit: int = BATCH) -> int:
    """Recompute a batch of dirty buckets of each fact; the number of distinct buckets computed.

    Safe to run anywhere at once: a fact is worked on by one process at a time, the others pass it by. A bucket that
    fails is tried alone later, with growing pauses, and holds up no other.
    """
    return sum(_refresh_fact(fact, limit) for fact in (RECOMPUTERS if facts is None else facts))


def refresh_all(*, facts: Iterable[str] | None = None) -> int:
    """Recompute until nothing is due any more (after an import, before a check)."""
    done = 0
    while step := refresh(facts=facts):
        done += step
    return done


def _refresh_fact(fact: str, limit: int) -> int:
    due = DirtyBucket.objects.filter(fact=fact)
    if not due.exists():
        return 0
    found: dict[int, list[Any]] = {}
    try:
        with transaction.atomic():
            if not _lock(fact):
                return 0
            rows = due.filter(attempts=0).order_by("id").select_for_update(skip_locked=True)
            found = dict(rows.values_list("id", "key")[:limit])
            return _recompute(fact, found) if found else _retry(fact)
    except Exception as error:
        log.exception("recomputing %s failed", fact)
        _note_failure(list(found), error)
        return len(found)


def _retry(fact: str) -> int:
    """Try buckets that failed before and whose pause is over, each on its own."""
    due = DirtyBucket.objects.filter(fact=fact, attempts__gt=0, retry_at__lte=timezone.now())
    done = 0
    tried: set[str] = set()
    for row_id, key in list(due.order_by("retry_at", "id").values_list("id", "key")[:RETRIES]):
        if json.dumps(key) in tried:
            continue
        tried.add(json.dumps(key))
        same = {row_id: key, **dict(DirtyBucket.objects.filter(fact=fact, key=key).values_list("id", "key"))}
        try:
            with transaction.atomic():
                done += _recompute(fact, same)
        except Exception as error:
            log.exception("recomputing %s %s failed again", fact, key)
            _note_failure(list(same), error)
    return done


def _recompute(fact: str, found: dict[int, list[Any]]) -> int:
    keys: list[BucketKey] = [tuple(json.loads(k)) for k in dict.fromkeys(json.dumps(key) for key in found.values())]
    RECOMPUTERS[fact](keys)
    DirtyBucket.objects.filter(id__in=found).delete()
    return len(keys)


def _note_failure(ids: list[int], error: Exception) -> None:
    attempts = DirtyBucket.objects.filter(id__in=ids).order_by("-attempts").values_list("attempts", flat=True).first()
    pause = min(2 ** min(attempts or 0, 9), LONGEST_PAUSE)
    DirtyBucket.objects.filter(id__in=ids).update(
        attempts=F("attempts") + 1, retry_at=timezone.now() + timedelta(seconds=pause), error=repr(error)[:500]
    )


def _lock(fact: str) -> bool:
    """Take the fact for this transaction unless somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"metrics.refresh:{fact}"])
        (taken,) = cursor.fetchone()
    return bool(taken)
