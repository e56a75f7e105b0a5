"""Counting the rows of every table: what a restore is checked against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

TABLES = """
SELECT c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname
"""


def row_counts(
    connection: psycopg.Connection[Any], progress: Callable[[int, int, str], None] | None = None
) -> dict[str, int]:
    """Table → rows, as this connection's transaction sees them; a partitioned table counts once."""
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    counts: dict[str, int] = {}
    for done, table in enumerate(tables, start=1):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        counts[table] = row[0]
        if progress is not None:
            progress(done, len(tables), table)
    return counts
