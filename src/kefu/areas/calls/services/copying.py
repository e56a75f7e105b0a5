"""Fast writes: rows of values into a table through COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

BLOCK = 4_000


def text_of(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None:
        return "\\N"
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is str:
        return escape(value)
    if kind is bool:
        return "t" if value else "f"
    if kind is bytes:
        return "\\\\x" + value.hex()
    if kind is UUID:
        return str(value)
    if kind is dict or kind is list:
        return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))
    return escape(str(value))


def escape(text: str) -> str:
    """A text with the characters that COPY gives a meaning."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if "\r" in text:
        text = text.replace("\r", "\\r")
    return text.replace("\0", "") if "\0" in text else text


def iso(at_ms: int | None) -> str | None:
    """An instant as PostgreSQL reads it."""
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows into ``table`` (its name and columns are ours, never a user's); returns how many."""
    count = 0
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        block: list[str] = []
        for row in rows:
            block.append("\t".join(map(text_of, row)))
            count += 1
            if len(block) >= BLOCK:
                copy.write("\n".join(block) + "\n")
                block.clear()
        if block:
            copy.write("\n".join(block) + "\n")
    return count
