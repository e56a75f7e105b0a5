"""Advisory locks of the room: who works on which source, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

INTAKE = 0x6B01
FOLD = 0x6B02
FACTS = 0x6B03


def lock_source(kind: int, source_id: int) -> None:
    """Wait for the lock of one kind on a source; it is held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, source_id])


def lock_source_shared(kind: int, source_id: int) -> None:
    """Wait until nobody holds the lock alone, then hold it together with others to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [kind, source_id])


def try_lock_source(kind: int, source_id: int) -> bool:
    """Take the lock unless somebody else holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, source_id])
        return bool(cursor.fetchone()[0])


@contextmanager
def source_held(kind: int, source_id: int) -> Iterator[None]:
    """Hold the lock of one kind on a source over several transactions of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [kind, source_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, source_id])
