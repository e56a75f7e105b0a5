"""The fingerprint of every table: what a restore is checked against, row for row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

TABLES = """
SELECT c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname
"""
SAME_TEXT = """
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex'
"""
"""A value must read the same on either side of a dump, whatever the servers are set to."""
FINGERPRINT = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text FROM {} t
"""


class Fingerprint(NamedTuple):
    """A table's number of rows, and the sum of its rows' hashes: equal for the same rows in any order."""

    rows: int
    digest: str


def fingerprints(
    connection: psycopg.Connection[Any], progress: Callable[[int, int, str], None] | None = None
) -> dict[str, Fingerprint]:
    """Table → fingerprint, as this connection's transaction sees them; a partitioned table counts once."""
    for statement in SAME_TEXT.split(";"):
        connection.execute(statement.strip())
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    found: dict[str, Fingerprint] = {}
    for done, table in enumerate(tables, start=1):
        row = connection.execute(sql.SQL(FINGERPRINT).format(sql.Identifier(table))).fetchone()
        assert row is not None
        found[table] = Fingerprint(*row)
        if progress is not None:
            progress(done, len(tables), table)
    return found
