"""Monthly partitions: made before the first row of a month comes, never in its way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

LOCK = 0x70617274
_known: dict[str, set[str]] = {}


def ensure(model: type[models.Model], first: date, last: date) -> list[str]:
    """Make the partitions of ``model`` for every month from ``first`` to ``last``; the names of those made.

    A partition is built beside the table and then attached, which blocks neither readers nor writers. Safe to call
    from many processes at once. Call it before the transaction that writes, so that its locks are short.
    """
    return [name for month in _months(first, last) if (name := _ensure_month(model._meta.db_table, month))]


def ensure_days(models_: Iterable[type[models.Model]], days: Iterable[date]) -> None:
    """Make the partitions of several models for the months of ``days`` alone."""
    months = sorted({day.replace(day=1) for day in days})
    for model in models_:
        for month in months:
            _ensure_month(model._meta.db_table, month)


def build_beside(models_: Iterable[type[models.Model]], days: Iterable[date]) -> None:
    """Make the months of ``days`` as tables of their own, bare of indexes: to be filled by name, then ``attach``ed.

    For loads of many rows at once: an index built over a full table costs a fraction of one kept up row by row. Until
    they are attached nobody sees their rows, and nobody else may write into those months. A month that is attached
    already stays as it is; ``name_of`` leads to it all the same.
    """
    months = sorted({day.replace(day=1) for day in days})
    for model in models_:
        for month in months:
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL("CREATE TABLE IF NOT EXISTS {} (LIKE {} INCLUDING ALL EXCLUDING INDEXES)").format(
                        sql.Identifier(name_of(model, month)), sql.Identifier(model._meta.db_table)
                    )
                )


def attach(models_: Iterable[type[models.Model]], days: Iterable[date]) -> None:
    """Attach what ``build_beside`` made: indexes are built now, the rows appear at once."""
    months = sorted({day.replace(day=1) for day in days})
    for model in models_:
        for month in months:
            with transaction.atomic(), connection.cursor() as cursor:
                name = name_of(model, month)
                cursor.execute("SELECT relispartition FROM pg_class WHERE oid = to_regclass(%s)", [name])
                if cursor.fetchone() == (False,):
                    _attach(cursor, model._meta.db_table, name, month)


def name_of(model: type[models.Model], day: date) -> str:
    """The table in which the rows of a day lie."""
    return f"{model._meta.db_table}_{day:%Y%m}"


def forget() -> None:
    """Forget what was seen (another database, a rolled-back test)."""
    _known.clear()


def _months(first: date, last: date) -> list[date]:
    found = []
    month = first.replace(day=1)
    while month <= last:
        found.append(month)
        month = _next(month)
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _ensure_month(table: str, month: date) -> str | None:
    name = f"{table}_{month:%Y%m}"
    known = _known.setdefault(connection.settings_dict["NAME"], set())
    if name in known and not connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        if _exists(cursor, name):
            if not connection.in_atomic_block:  # what a transaction sees may be rolled back
                known.add(name)
            return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if _exists(cursor, name):
            return None
        cursor.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(sql.Identifier(name), sql.Identifier(table))
        )
        _attach(cursor, table, name, month)
    return name


def _attach(cursor: Any, table: str, name: str, month: date) -> None:
    cursor.execute(
        sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            sql.Identifier(table), sql.Identifier(name), sql.Literal(month), sql.Literal(_next(month))
        )
    )


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    return bool(cursor.fetchone()[0])
