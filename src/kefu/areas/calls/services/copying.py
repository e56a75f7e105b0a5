"""Fast writes: rows of values into a table through COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
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
        return escape(dumps(value))
    return escape(str(value))


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
dumps = _encoder.encode
"""A JSON-able value as compact JSON."""


def escape(text: str) -> str:
    """A text with the characters that COPY gives a meaning."""
    if text.isprintable() and "\\" not in text:
        return text
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if "\r" in text:
        text = text.replace("\r", "\\r")
    return text.replace("\0", "") if "\0" in text else text


_SECONDS = tuple(f"{second:02d}" for second in range(60))
_minutes: dict[int, str] = {}


def iso(at_ms: int | None) -> str | None:
    """An instant as PostgreSQL reads it."""
    return None if at_ms is None else stamp(at_ms)


def stamp(at_ms: int) -> str:
    """An instant as PostgreSQL reads it; the minute's text is looked up."""
    minute, rest = divmod(at_ms, 60_000)
    text = _minutes.get(minute)
    if text is None:
        if len(_minutes) > 200_000:
            _minutes.clear()
        text = _minutes[minute] = datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%d %H:%M:")
    second, millis = divmod(rest, 1000)
    return f"{text}{_SECONDS[second]}+00" if not millis else f"{text}{_SECONDS[second]}.{millis:03d}+00"


def copy_blocks(table: str, columns: Sequence[str], blocks: Iterable[Sequence[str]]) -> int:
    """Write rows given as blocks of tab-separated text in COPY's form (without line ends); returns how many.

    Each block is on its way to the database while the next is made; making it must not use this connection.
    """
    count = 0
    with connection.cursor() as cursor, cursor.copy(_copy(table, columns)) as copy:
        for block in blocks:
            if block:
                count += len(block)
                copy.write("\n".join(block) + "\n")
    return count


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> int:
    """Write rows given as tab-separated text in COPY's form (without line ends); returns how many."""
    stream = iter(lines)
    return copy_blocks(table, columns, iter(lambda: list(islice(stream, BLOCK)), []))


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows of values into ``table``; returns how many."""
    return copy_lines(table, columns, ("\t".join(map(text_of, row)) for row in rows))


def _copy(table: str, columns: Sequence[str]) -> str:
    # table and columns are ours, never a user's
    return "COPY {} ({}) FROM STDIN".format(table, ", ".join('"' + column + '"' for column in columns))
