"""Raw intake: lines as they came, each stored once however often and in whatever pieces it is delivered.

A row is known by (local day, source, hash of the line, n-th occurrence of that line in its second). Its ``ordinal`` is
its place among the lines of that second. Inside a file both are counted (``engine.places``); only the second with which
a file begins and the one with which it ends may lie in another file too, and are merged with what is stored
(``engine.merge``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from kefu.areas.calls import permissions
from kefu.areas.calls.engine import asterisk, row_format, webhook  # noqa: F401 (they register their formats)
from kefu.areas.calls.engine.formats import FORMATS, LONGEST_LINE, Format, LineFault, Refused
from kefu.areas.calls.engine.places import Places, RawRow, line_hash, unplaced
from kefu.areas.calls.engine.slots import SLOT_MS, SLOT_SECONDS, Slots
from kefu.areas.calls.models import Checkpoint, RawBatch, RawEvent, RawFault, Source
from kefu.areas.calls.services.locks import INTAKE, lock_source
from kefu.areas.calls.services.rawlog import RawWriter, Written, readable
from kefu.kernel.actor import Actor
from kefu.platform.access.services import authorise
from kefu.platform.partitions import monthly

CHUNK = 20_000
"""Lines of one transaction, and of one batch to fold."""
BLOCK = 1_000
"""Lines looked at together; written, they fit between us and the database while the next are made ready."""


@dataclass(slots=True)
class Position:
    """How far a stream was read: ``state`` is the connector's own, and moves in the transaction that stores the lines.

    ``continues`` says that this delivery begins exactly where the stored position ends.
    """

    stream: str
    state: dict[str, Any] = field(default_factory=dict)
    continues: bool = False


@dataclass(slots=True)
class Intake:
    """What came of a delivery: non-empty lines, lines not known before, lines set aside; the local days touched."""

    raw: int = 0
    new: int = 0
    set_aside: int = 0
    batch_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def take_in(
    *,
    actor: Actor,
    source: Source,
    origin: str,
    lines: Iterable[bytes | str | Refused],
    checkpoint: Position | None = None,
    chunk: int = CHUNK,
) -> Intake:
    """Store the lines of a delivery; idempotent, and safe to be cut off at any point and started again.

    Lines that cannot be right are set aside with the reason, empty ones ignored. Runs in several transactions of
    ``chunk`` lines; a checkpoint moves with the last.
    """
    authorise(actor, permissions.SOURCE_FEED)
    return _Delivery(source, origin, checkpoint, chunk).run(lines)


class _Delivery:
    def __init__(self, source: Source, origin: str, checkpoint: Position | None, chunk: int) -> None:
        self.source = source
        self.origin = origin[:300]
        self.checkpoint = checkpoint
        self.chunk = chunk
        self.format: Format = FORMATS.get(source.kind)
        self.days = Slots(source.time_zone)
        self.writer = RawWriter(source, self.format, self.days)
        self.result = Intake()
        self.lines: list[bytes] = []
        self.moments: list[int] = []
        self.faults: list[_Fault] = []
        self.continues = checkpoint is not None and checkpoint.continues
        self.places = self._resumed() or Places()

    def run(self, lines: Iterable[bytes | str | Refused]) -> Intake:
        stream = iter(lines)
        number, size = 1, min(BLOCK, self.chunk)
        while block := list(islice(stream, size)):
            if not self._take_block(block):
                self._take_singly(block, number)
            number += len(block)
            if len(self.lines) >= self.chunk or len(self.faults) >= self.chunk:
                self._store()
        self._store(finished=True)
        return self.result

    def _take_block(self, block: list[bytes | str | Refused]) -> bool:
        """Take lines that are all in order, many at once; whether they were."""
        instants = self.format.instants
        if instants is None or not all(type(line) is bytes for line in block):
            return False
        lines = cast("list[bytes]", block)
        joined = b"\n".join(lines)
        if b"\r" in joined or joined.count(b"\n") >= len(lines):
            lines = [line.rstrip(b"\r\n") for line in lines]
            joined = b"\n".join(lines)
        moments = instants(joined, len(lines), self.source.options)
        if moments is None or b"\0" in joined or max(map(len, lines)) > LONGEST_LINE:
            return False
        self.lines += lines
        self.moments += moments
        self.result.raw += len(lines)
        return True

    def _take_singly(self, block: list[bytes | str | Refused], first: int) -> None:
        instant, options = self.format.instant, self.source.options
        for number, line in enumerate(block, start=first):
            if isinstance(line, Refused):
                self._set_aside(line.text.encode(), line.text, line.code, line.reason, line.number or number)
                continue
            data = (line.encode() if isinstance(line, str) else line).rstrip(b"\r\n")
            try:
                at_ms = instant(data, options)
                if b"\0" in data or len(data) > LONGEST_LINE:
                    raise LineFault("too_long", gettext_noop("行过长"))
            except LineFault as fault:
                if b"\0" in data:
                    self._set_aside(data, None, "binary", gettext_noop("含有不可见的二进制字符"), number)
                elif data.strip():
                    self._set_aside(data, None, fault.code, fault.reason, number)
                continue
            self.result.raw += 1
            self.lines.append(data)
            self.moments.append(at_ms)

    def _resumed(self) -> Places | None:
        """The counts that an earlier piece of a followed file ended with."""
        if self.checkpoint is None or not self.continues:
            return None
        known = Checkpoint.objects.filter(source=self.source, stream=self.checkpoint.stream[:300]).first()
        counted = known.state.get("_seconds") if known else None
        return None if counted is None else Places.going_on(counted)

    # -- storing -----------------------------------------------------------------------------------------------------

    def _store(self, *, finished: bool = False) -> None:
        """Store what was gathered, in one transaction; at the end, the last second as one that may go on elsewhere."""
        if not (self.lines or self.faults or (finished and (self.places.held or self.checkpoint is not None))):
            return
        days = {self.days.of_second(quarter * SLOT_SECONDS).day for quarter in {ms // SLOT_MS for ms in self.moments}}
        monthly.ensure_days([RawEvent], days)
        now = timezone.now()
        with transaction.atomic(), connection.cursor() as cursor:
            lock_source(INTAKE, self.source.pk)
            batch = RawBatch(source=self.source, origin=self.origin, received_at=now)
            batch.save()
            written = self._write(cursor, batch.pk, finished=finished)
            faults = self._insert_faults(batch) if self.faults else 0
            if written.added or written.moved or faults:
                batch.raw_count, batch.new_count, batch.fault_count = written.rows, written.added, faults
                if not (written.added or written.moved):
                    batch.state, batch.folded_at = "folded", now
                batch.save()
                self.result.batch_id = batch.pk
            else:
                batch.delete()
            self._note_received(now)
            if finished and self.checkpoint is not None:
                self._move_checkpoint(now)
        self.lines, self.moments = [], []
        self.result.new += written.added
        for day in days:
            self.result.first_day = min(self.result.first_day or day, day)
            self.result.last_day = max(self.result.last_day or day, day)

    def _write(self, cursor: Any, batch_id: int, *, finished: bool) -> Written:
        """Count and write the rows at hand: while the database takes one block, the next is made ready."""
        writer, places = self.writer, self.places
        blocks = self._blocks(finished=finished)
        if not self.format.is_sequence:
            return writer.insert(cursor, blocks, batch_id)
        written = Written()
        ready: list[RawRow] = []
        while places.begins and (block := next(blocks, None)) is not None:
            ready += block
        if head := places.head:  # the first second is over: it may have begun in another file
            places.head = []
            written, further = writer.merge_second(cursor, head, batch_id, begins=True)
            if further:
                ready = places.move_on(head[0][0], further, ready)
        written += writer.insert(cursor, chain([ready], blocks), batch_id)
        if finished and places.held:
            begins = places.begins
            written += writer.merge_second(cursor, places.release(), batch_id, begins=begins, ends=True)[0]
        return written

    def _blocks(self, *, finished: bool) -> Iterator[list[RawRow]]:
        count = self.places.count if self.format.is_sequence else unplaced
        for start in range(0, len(self.lines), BLOCK):
            yield count(self.lines[start : start + BLOCK], self.moments[start : start + BLOCK])
        whole = self.continues and not self.places.begins
        if finished and (whole or not self.places.may_go_on):
            yield self.places.release()

    # -- what is set aside, and where we stand ---------------------------------------------------------------------

    def _set_aside(self, data: bytes, text: str | None, code: str, reason: str, number: int) -> None:
        self.result.raw += 1
        self.result.set_aside += 1
        shown = (readable(data) if text is None else text).replace("\0", "␀")[:4000]
        self.faults.append(_Fault(number, bytes.fromhex(line_hash(data)), code[:40], reason[:300], shown))

    def _insert_faults(self, batch: RawBatch) -> int:
        faults, self.faults = self.faults, []
        RawFault.objects.bulk_create(
            [
                RawFault(
                    source=self.source,
                    batch=batch,
                    origin=self.origin,
                    line_number=fault.number,
                    line_hash=fault.line_hash,
                    code=fault.code,
                    reason=fault.reason,
                    text=fault.text,
                )
                for fault in faults
            ],
            ignore_conflicts=True,
            batch_size=1000,
        )
        return len(faults)

    def _note_received(self, now: datetime) -> None:
        if not self.moments:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE calls_source SET last_received_at = %s,"
                " last_occurred_at = greatest(last_occurred_at, to_timestamp(%s)) WHERE id = %s",
                [now, max(self.moments) / 1000, self.source.pk],
            )

    def _move_checkpoint(self, now: datetime) -> None:
        assert self.checkpoint is not None
        state = {**self.checkpoint.state, "_seconds": self.places.counted()}
        Checkpoint.objects.update_or_create(
            source=self.source, stream=self.checkpoint.stream[:300], defaults={"state": state, "updated_at": now}
        )


@dataclass(slots=True)
class _Fault:
    number: int
    line_hash: bytes
    code: str
    reason: str
    text: str
