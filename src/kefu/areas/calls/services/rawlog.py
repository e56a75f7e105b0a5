"""Writing raw rows: new ones straight in, known ones left alone, the edges of files merged with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from psycopg.errors import UniqueViolation

from kefu.areas.calls.engine.formats import Format
from kefu.areas.calls.engine.merge import merge, occurrences
from kefu.areas.calls.engine.slots import Slots
from kefu.areas.calls.models import RawEvent, Source
from kefu.areas.calls.services.copying import copy_lines, escape, stamp

RawRow = tuple[int, int, str, int, int, bytes]
"""second, at_ms, hash (hex), nth, ordinal, line"""


@dataclass(slots=True)
class Piece:
    """Rows of a file; ``begins`` and ``ends`` say that they are the second it begins or ends with."""

    rows: list[RawRow]
    begins: bool = False
    ends: bool = False


class RawWriter:
    """Writes rows of one source, inside a transaction that holds the source's intake lock."""

    def __init__(self, source: Source, format_: Format, days: Slots) -> None:
        self.source = source
        self.format = format_
        self.days = days

    def insert(self, cursor: Any, rows: list[RawRow], batch_id: int) -> tuple[int, int]:
        """Rows whose places are known; an earlier, smaller ordinal of the same row is corrected.

        Where nothing is stored yet in the span of time of the rows, they go straight in; this source's other writers
        wait for the lock.
        """
        if self.format.is_sequence and not self._is_known(cursor, rows) and self._copy(rows, batch_id):
            return len(rows), 0
        self._stage(cursor, rows)
        cursor.execute(
            """
            INSERT INTO calls_rawevent (day, source_id, line_hash, nth, occurred_at, ordinal, batch_id, text)
            SELECT day, %s, line_hash, nth, occurred_at, ordinal, %s, text FROM calls_intake
            ON CONFLICT DO NOTHING
            """,
            [self.source.pk, batch_id],
        )
        added = cursor.rowcount
        if added == len(rows) or not self.format.is_sequence:
            return added, 0
        cursor.execute(
            """
            UPDATE calls_rawevent r SET ordinal = s.ordinal, batch_id = %s FROM calls_intake s
            WHERE r.day = s.day AND r.source_id = %s AND r.occurred_at = s.occurred_at AND r.line_hash = s.line_hash
              AND r.nth = s.nth AND r.ordinal < s.ordinal
            """,
            [batch_id, self.source.pk],
        )
        return added, cursor.rowcount

    def _is_known(self, cursor: Any, rows: list[RawRow]) -> bool:
        """Whether anything is stored in the span of time of the rows."""
        instants = [row[1] for row in rows]
        days = sorted({self.days.of_second(row[0]).day for row in rows})
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM unnest(%s::date[]) AS d JOIN calls_rawevent r ON r.day = d"
            " WHERE r.source_id = %s AND r.occurred_at BETWEEN to_timestamp(%s) AND to_timestamp(%s))",
            [days, self.source.pk, min(instants) / 1000, max(instants) / 1000],
        )
        return bool(cursor.fetchone()[0])

    def _copy(self, rows: list[RawRow], batch_id: int) -> bool:
        """Write rows at once; whether that went well (a clock that was set far back may bring a row twice)."""
        columns = ("day", "occurred_at", "source_id", "batch_id", "line_hash", "nth", "ordinal", "text")
        try:
            with transaction.atomic():
                copy_lines("calls_rawevent", columns, self._lines(rows, f"{self.source.pk}\t{batch_id}\t"))
        except UniqueViolation:
            return False
        return True

    def merge_second(self, cursor: Any, piece: Piece, batch_id: int) -> tuple[int, int, int]:
        """The second with which a file begins or ends: laid over what is stored of it."""
        second = piece.rows[0][0]
        day = self.days.of_second(second).day
        start = datetime.fromtimestamp(second, UTC)
        stored = list(
            RawEvent.objects.filter(
                source=self.source, day=day, occurred_at__gte=start, occurred_at__lt=start + timedelta(seconds=1)
            )
            .order_by("ordinal", "nth", "line_hash")
            .values_list("line_hash", "nth", "ordinal")
        )
        delivered = [row[2] for row in piece.rows]
        merged = merge([bytes(s[0]).hex() for s in stored], delivered, begins=piece.begins, ends=piece.ends)
        texts = {row[2]: row for row in piece.rows}
        places = {(bytes(s[0]).hex(), s[1]): s[2] for s in stored}
        fresh: list[RawRow] = []
        moved: list[tuple[str, int, int]] = []
        for ordinal, (digest, nth) in enumerate(zip(merged, occurrences(merged), strict=True)):
            known = places.get((digest, nth))
            if known is None:
                row = texts[digest]
                fresh.append((second, row[1], digest, nth, ordinal, row[5]))
            elif known < ordinal:
                moved.append((digest, nth, ordinal))
        added = self.insert(cursor, fresh, batch_id)[0] if fresh else 0
        for digest, nth, ordinal in moved:
            cursor.execute(
                "UPDATE calls_rawevent SET ordinal = %s, batch_id = %s"
                " WHERE day = %s AND source_id = %s AND occurred_at >= %s AND occurred_at < %s"
                " AND line_hash = %s AND nth = %s",
                [
                    ordinal,
                    batch_id,
                    day,
                    self.source.pk,
                    start,
                    start + timedelta(seconds=1),
                    bytes.fromhex(digest),
                    nth,
                ],
            )
        return added, len(moved), len(merged) - len(delivered)

    def _stage(self, cursor: Any, rows: list[RawRow]) -> None:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS calls_intake"
            " (day date, occurred_at timestamptz, line_hash bytea, nth int, ordinal int, text text)"
            " ON COMMIT DELETE ROWS; TRUNCATE calls_intake"
        )
        columns = ("day", "occurred_at", "line_hash", "nth", "ordinal", "text")
        copy_lines("calls_intake", columns, self._lines(rows, ""))

    def _lines(self, rows: list[RawRow], fixed: str) -> Iterator[str]:
        """Rows in COPY's form; ``fixed`` stands after the instant."""
        day_text = self.days.day_text
        last, prefix = -1, ""
        texts = _texts([row[5] for row in rows])
        for (second, at_ms, digest, nth, ordinal, _data), text in zip(rows, texts, strict=True):
            if at_ms != last:
                last, prefix = at_ms, f"{day_text(second)}\t{stamp(at_ms)}\t{fixed}\\\\x"
            yield f"{prefix}{digest}\t{nth}\t{ordinal}\t{text}"


def _texts(lines: list[bytes]) -> list[str]:
    """The texts of lines in COPY's form; where nothing is odd, all at once."""
    try:
        joined = b"\n".join(lines).decode()
    except UnicodeDecodeError:
        joined = "\\"
    if "\\" in joined or "\t" in joined or "\r" in joined:
        return [escape(readable(line)) for line in lines]
    return joined.split("\n")


def readable(data: bytes) -> str:
    """The text of a line: UTF-8, else GB 18030, else with its odd bytes written as ``\\xNN``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            return data.decode("utf-8", "backslashreplace")
