"""The rows of a file as lines for the raw log, and the rows that must not get there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from kefu.areas.calls.engine.rows.events import row_line
from kefu.areas.calls.engine.rows.files import FileRow, read_rows
from kefu.areas.calls.engine.rows.judge import Fault, call_key
from kefu.areas.calls.engine.rows.mapping import Mapping


@dataclass(frozen=True, slots=True)
class DeliveredRow:
    """A row's line number, its line, its key, and the fault that was found while reading, if any."""

    number: int
    line: str
    key: str = ""
    fault: Fault | None = None


def delivered_rows(stream: BinaryIO, mapping: Mapping, name: str) -> Iterator[DeliveredRow]:
    """The rows of a file, each once.

    Rows that share a key and differ are delivered as faults, all of them: which of them is right cannot be known, and
    it must not depend on their order. The stream (seekable) is read twice for this. Raises ``InvalidInput`` for a file
    that is not what the mapping describes.
    """
    doubled = _doubled_keys(read_rows(stream, mapping, name), mapping)
    stream.seek(0)
    seen: set[bytes] = set()
    for row in read_rows(stream, mapping, name):
        found = _delivered(row, mapping, doubled)
        mark = _hash(found.line)
        if mark not in seen:
            seen.add(mark)
            yield found


def _delivered(row: FileRow, mapping: Mapping, doubled: set[bytes]) -> DeliveredRow:
    if row.fault is not None:
        return DeliveredRow(row.number, row.text or f"{row.fault.code} {row.number}", fault=row.fault)
    line = row_line(row.cells)
    key = call_key(mapping, row.cells)
    if key and _hash(key) in doubled:
        return DeliveredRow(row.number, line, key, Fault("duplicate-key", f"{'-'.join(mapping.key)} = {key[:100]!r}"))
    return DeliveredRow(row.number, line, key)


def _doubled_keys(rows: Iterator[FileRow], mapping: Mapping) -> set[bytes]:
    """The (hashed) keys under which the file holds rows that differ."""
    lines: dict[bytes, bytes] = {}
    doubled: set[bytes] = set()
    for row in rows:
        if row.fault is None and (key := call_key(mapping, row.cells)):
            mark, line = _hash(key), _hash("\0".join(map(str.strip, row.cells.values())))
            if lines.setdefault(mark, line) != line:
                doubled.add(mark)
    return doubled


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
