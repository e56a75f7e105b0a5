"""Bounded counts: how many rows several querysets hold, up to a limit, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

LIMIT = 1000
"""Counting stops here; people read “999+”."""


def bounded_counts(sources: Sequence[QuerySet[Any]], limit: int = LIMIT) -> list[int]:
    """For each queryset ``min(rows, limit)``, all asked in a single statement."""
    parts: list[str] = []
    params: list[Any] = []
    places: list[int] = []
    results = [0] * len(sources)
    for i, rows in enumerate(sources):
        try:
            sql, given = rows.order_by().values("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted_{i})")  # noqa: S608 - SQL of the ORM itself
        params.extend(given)
        places.append(i)
    if parts:
        with connections[sources[places[0]].db].cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), params)
            row = cursor.fetchone()
        for place, count in zip(places, row or (), strict=True):
            results[place] = int(count)
    return results


def written(count: int, limit: int = LIMIT) -> str:
    """``"37"`` or ``"999+"``."""
    return f"{limit - 1}+" if count >= limit else f"{count:,}"
