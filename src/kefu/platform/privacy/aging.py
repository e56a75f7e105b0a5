"""The plain kind of retention: rows of one table that are older than an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from kefu.platform.privacy.registry import RETENTIONS, Holds, Retention


def by_age(
    code: str,
    label: Any,
    param: str,
    *,
    rows: Callable[[], QuerySet[Any]],
    instant: str,
    forget: Callable[[QuerySet[Any]], Any],
    held: Callable[[QuerySet[Any], Holds], QuerySet[Any]] = lambda rows, holds: rows,
) -> None:
    """Register a retention of ``rows()`` whose ``instant`` is over: ``forget(batch)`` empties or deletes them.

    What lies in a held period stays, and what ``held`` takes out for held subjects.
    """

    def over(cutoff: datetime, holds: Holds) -> QuerySet[Any]:
        found = rows().filter(**{f"{instant}__lt": cutoff})
        for start, end in holds.periods:
            found = found.exclude(**{f"{instant}__gte": start, f"{instant}__lt": end})
        return held(found, holds)

    def erase(cutoff: datetime, holds: Holds, limit: int) -> int:
        ids = list(over(cutoff, holds).values_list("pk", flat=True)[:limit])
        if ids:
            forget(rows().model._default_manager.filter(pk__in=ids))
        return len(ids)

    RETENTIONS.register(Retention(code, label, param, lambda cutoff, holds: over(cutoff, holds).count(), erase))
