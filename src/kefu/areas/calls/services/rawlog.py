"""Writing raw rows: new ones straight in, known ones left alone, the edges of files merged with what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from psycopg.errors import UniqueViolation

from kefu.areas.calls.engine.formats import Format
from kefu.areas.calls.engine.merge import merge, occurrences
from kefu.areas.calls.engine.places import RawRow
from kefu.areas.calls.engine.slots import SLOT_MS, SLOT_SECONDS, Slots
from kefu.areas.calls.models import RawEvent, Source
from kefu.areas.calls.services.copying import copy_blocks, escape, stamp

COLUMNS = ("day", "occurred_at", "source_id", "batch_id", "line_hash", "nth", "ordinal", "text")


@dataclass(slots=True)
class Written:
    """What writing did: rows delivered, rows that were new, rows known before whose place changed."""

    rows: int = 0
    added: int = 0
    moved: int = 0

    def __add__(self, more: Written) -> Written:
        return Written(self.rows + more.rows, self.added + more.added, self.moved + more.moved)


class RawWriter:
    """Writes rows of one source, inside a transaction that holds the source's intake lock."""

    def __init__(self, source: Source, format_: Format, days: Slots) -> None:
        self.source = source
        self.format = format_
        self.days = days

    def insert(self, cursor: Any, blocks: Iterator[list[RawRow]], batch_id: int) -> Written:
        """Rows whose places are known; an earlier, smaller ordinal of the same row is corrected.

        Where nothing is stored yet in the span of time of the first rows, they go straight in, the next block being
        made while the database takes the last. That is only tried, not relied on: when a row turns out to be known (a
        clock that was set far back, an overlap further on), all are written beside the table and joined to it.
        """
        rows: list[RawRow] = []

        def seen() -> Iterator[list[RawRow]]:
            for block in blocks:
                rows.extend(block)
                yield block

        rest = seen()
        first = next((block for block in rest if block), None)
        if first is None:
            return Written()
        is_new = not self._is_known(cursor, first)
        if is_new and self._copy(chain([first], rest), batch_id):
            return Written(len(rows), len(rows))
        for _block in rest:
            pass
        return self._join(cursor, rows, batch_id)

    def _join(self, cursor: Any, rows: list[RawRow], batch_id: int) -> Written:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS calls_intake (day date, occurred_at timestamptz, source_id bigint,"
            " batch_id bigint, line_hash bytea, nth int, ordinal int, text text) ON COMMIT DELETE ROWS;"
            " TRUNCATE calls_intake"
        )
        copy_blocks("calls_intake", COLUMNS, [self._lines(rows, batch_id)])
        columns = ", ".join(COLUMNS)
        cursor.execute(
            f"INSERT INTO calls_rawevent ({columns}) SELECT {columns} FROM calls_intake ON CONFLICT DO NOTHING"  # noqa: S608
        )
        added = cursor.rowcount
        if added == len(rows) or not self.format.is_sequence:
            return Written(len(rows), added)
        cursor.execute(
            """
            UPDATE calls_rawevent r SET ordinal = s.ordinal, batch_id = s.batch_id FROM calls_intake s
            WHERE r.day = s.day AND r.source_id = s.source_id AND r.occurred_at = s.occurred_at
              AND r.line_hash = s.line_hash AND r.nth = s.nth AND r.ordinal < s.ordinal
            """
        )
        return Written(len(rows), added, cursor.rowcount)

    def _is_known(self, cursor: Any, rows: list[RawRow]) -> bool:
        """Whether anything is stored in the span of time of the rows."""
        instants = {row[1] for row in rows}
        days = sorted(
            {self.days.of_second(quarter * SLOT_SECONDS).day for quarter in {ms // SLOT_MS for ms in instants}}
        )
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM unnest(%s::date[]) AS d JOIN calls_rawevent r ON r.day = d"
            " WHERE r.source_id = %s AND r.occurred_at BETWEEN to_timestamp(%s) AND to_timestamp(%s))",
            [days, self.source.pk, min(instants) / 1000, max(instants) / 1000],
        )
        return bool(cursor.fetchone()[0])

    def _copy(self, blocks: Iterable[list[RawRow]], batch_id: int) -> bool:
        """Write rows straight into the log; whether none of them was there."""
        try:
            with transaction.atomic():
                copy_blocks("calls_rawevent", COLUMNS, (self._lines(block, batch_id) for block in blocks))
        except UniqueViolation:
            return False
        return True

    def merge_second(
        self, cursor: Any, rows: list[RawRow], batch_id: int, *, begins: bool = False, ends: bool = False
    ) -> tuple[Written, int]:
        """The second with which a file begins or ends, laid over what is stored of it.

        Also returns how many lines of it are stored that the file does not have.
        """
        second = rows[0][0]
        day = self.days.of_second(second).day
        start = datetime.fromtimestamp(second, UTC)
        stored = list(
            RawEvent.objects.filter(
                source=self.source, day=day, occurred_at__gte=start, occurred_at__lt=start + timedelta(seconds=1)
            )
            .order_by("ordinal", "nth", "line_hash")
            .values_list("line_hash", "nth", "ordinal")
        )
        delivered = [row[2] for row in rows]
        merged = merge([bytes(s[0]).hex() for s in stored], delivered, begins=begins, ends=ends)
        texts = {row[2]: row for row in rows}
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
        added = self.insert(cursor, iter([fresh]), batch_id).added
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
        return Written(len(rows), added, len(moved)), len(merged) - len(delivered)

    def _lines(self, rows: list[RawRow], batch_id: int) -> list[str]:
        """Rows in COPY's form."""
        day_text, fixed = self.days.day_text, f"{self.source.pk}\t{batch_id}\t\\\\x"
        last, prefix = -1, ""
        found = []
        for (second, at_ms, digest, nth, ordinal, _data), text in zip(rows, _texts(rows), strict=True):
            if at_ms != last:
                last, prefix = at_ms, f"{day_text(second)}\t{stamp(at_ms)}\t{fixed}"
            found.append(f"{prefix}{digest}\t{nth}\t{ordinal}\t{text}")
        return found


def _texts(rows: list[RawRow]) -> list[str]:
    """The texts of rows in COPY's form; where nothing is odd, all at once."""
    lines = [row[5] for row in rows]
    try:
        joined = b"\n".join(lines).decode()
    except UnicodeDecodeError:
        joined = "\\"
    if "\\" in joined or "\t" in joined or "\r" in joined:
        return [escape(readable(line)) for line in lines]
    return joined.split("\n") if rows else []


def readable(data: bytes) -> str:
    """The text of a line: UTF-8, else GB 18030, else with its odd bytes written as ``\\xNN``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            return data.decode("utf-8", "backslashreplace")
