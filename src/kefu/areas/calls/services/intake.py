"""Raw intake: lines as they came, each stored once however often and in whatever pieces it is delivered.

A row is known by (local day, source, hash of the line, n-th occurrence of that line in its second). Its ``ordinal`` is
its place among the lines of that second. Inside a file both are counted; only the second with which a file begins and
the one with which it ends may lie in another file too, and are merged with what is stored (``engine.merge``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from kefu.areas.calls import permissions
from kefu.areas.calls.engine import asterisk, row_format, webhook  # noqa: F401 (they register their formats)
from kefu.areas.calls.engine.formats import FORMATS, LONGEST_LINE, Format, LineFault, Refused
from kefu.areas.calls.engine.slots import Slots
from kefu.areas.calls.models import Checkpoint, RawBatch, RawEvent, RawFault, Source
from kefu.areas.calls.services.locks import INTAKE, lock_source
from kefu.areas.calls.services.rawlog import Piece, RawRow, RawWriter, readable
from kefu.kernel.actor import Actor
from kefu.platform.access.services import authorise
from kefu.platform.partitions import monthly

CHUNK = 20_000
"""Lines of one transaction, and of one batch to fold."""
BLOCK = 2_000
"""Lines looked at together."""
SECONDS_KEPT = 20_000
"""How many distinct seconds back a line of an earlier second still finds its count (a clock that was set back)."""
SECONDS_CARRIED = 3
"""How many of them a checkpoint carries from one piece of a followed file to the next."""
LONGEST_MERGE = 4_000
"""A second with more lines than that is not laid over another delivery's; no telephone system writes so many."""


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
        self.seconds: dict[int, _Second] = {}
        self.first: int | None = None
        self.head: list[RawRow] | None = []
        self.parted: list[Piece] = []
        self.rows: list[RawRow] = []
        self.faults: list[_Fault] = []
        self.last = -1
        self.place = _Second(0, {})
        if not self.format.is_sequence:
            self.head = None
        elif checkpoint is not None and checkpoint.continues:
            self._resume()

    def run(self, lines: Iterable[bytes | str | Refused]) -> Intake:
        stream = iter(lines)
        number = 1
        while block := list(islice(stream, BLOCK)):
            if not self._take_block(block):
                self._take_singly(block, number)
            number += len(block)
        self._store(finished=True)
        return self.result

    def _take_block(self, block: list[bytes | str | Refused]) -> bool:
        """Take lines that are all in order, many at once; whether they were."""
        instants = self.format.instants
        if instants is None or not self.format.is_sequence or not all(type(line) is bytes for line in block):
            return False
        lines: list[bytes] = [line.rstrip(b"\r\n") for line in block if isinstance(line, bytes)]
        moments = instants(lines, self.source.options)
        if moments is None or b"\0" in b"".join(lines) or max(map(len, lines)) > LONGEST_LINE:
            return False
        digests = [blake2b(line, digest_size=16).hexdigest() for line in lines]
        rows, place, last, full = self.rows, self.place, self.last, self.chunk
        for data, at_ms, digest in zip(lines, moments, digests, strict=True):
            second = at_ms // 1000
            if second != last:
                if self.head is not None or len(rows) >= full or second in self.seconds:
                    self._turn_to(second)
                    rows, place = self.rows, self.place
                else:
                    place = self.seconds[second] = _Second(0, {})
                last = self.last = second
                self.place = place
            nth = place.nth
            seen = nth[digest] = nth.get(digest, 0) + 1
            row = (second, at_ms, digest, seen, place.count, data)
            place.count += 1
            if self.head is None:
                rows.append(row)
            else:
                self.head.append(row)
        self.result.raw += len(lines)
        if self.head and len(self.head) > LONGEST_MERGE:
            self._part_with_head()
        if len(self.rows) >= LONGEST_MERGE + self.chunk:
            self._store()
        if len(self.seconds) >= SECONDS_KEPT:
            self._forget_seconds()
        return True

    def _take_singly(self, block: list[bytes | str | Refused], first: int) -> None:
        add = self._add if self.format.is_sequence else self._add_unordered
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
            add(at_ms, data)

    # -- counting places -------------------------------------------------------------------------------------------

    def _add(self, at_ms: int, data: bytes) -> None:
        second = at_ms // 1000
        if second != self.last:
            self._turn_to(second)
        place = self.place
        digest = blake2b(data, digest_size=16).hexdigest()
        nth = place.nth.get(digest, 0) + 1
        place.nth[digest] = nth
        row = (second, at_ms, digest, nth, place.count, data)
        place.count += 1
        if self.head is None:
            self.rows.append(row)
        else:
            self.head.append(row)
            if len(self.head) > LONGEST_MERGE:
                self._part_with_head()

    def _turn_to(self, second: int) -> None:
        """Go on with another second."""
        if self.head:
            self._part_with_head()
        if len(self.rows) >= self.chunk:
            self._store()
        place = self.seconds.get(second)
        if place is None:
            if len(self.seconds) >= SECONDS_KEPT:
                self._forget_seconds()
            place = self.seconds[second] = _Second(0, {})
        self.place = place
        self.last = second

    def _forget_seconds(self) -> None:
        for old in list(self.seconds)[: SECONDS_KEPT // 2]:
            del self.seconds[old]

    def _add_unordered(self, at_ms: int, data: bytes) -> None:
        self.rows.append((at_ms // 1000, at_ms, blake2b(data, digest_size=16).hexdigest(), 1, 0, data))
        if len(self.rows) >= self.chunk:
            self._store()

    def _resume(self) -> None:
        assert self.checkpoint is not None
        known = Checkpoint.objects.filter(source=self.source, stream=self.checkpoint.stream[:300]).first()
        counted = known.state.get("_seconds") if known else None
        if counted is None:
            return
        self.head = None
        for second, count, nth in counted:
            self.seconds[second] = _Second(count, dict(nth))

    # -- storing -----------------------------------------------------------------------------------------------------

    def _store(self, *, finished: bool = False) -> None:
        """Store what was gathered; at the end, the last second as one that may go on in another file."""
        if finished and self.head:
            self._part_with_head(ends=True)
        rows = self.rows
        tail: list[RawRow] = []
        if finished and self.format.is_sequence and not (self.checkpoint and self.checkpoint.continues):
            while rows and rows[-1][0] == self.last and len(tail) < LONGEST_MERGE:
                tail.append(rows.pop())
            tail.reverse()
        pieces = [*self.parted, *([Piece(rows)] if rows else []), *([Piece(tail, ends=True)] if tail else [])]
        self.parted, self.rows = [], []
        if pieces or self.faults or (finished and self.checkpoint is not None):
            self._write(pieces, finished=finished)

    def _part_with_head(self, *, ends: bool = False) -> None:
        """The first second is over: it may have begun in another file."""
        head, self.head = self.head, None
        if head and len(head) <= LONGEST_MERGE:
            self.parted.append(Piece(head, begins=True, ends=ends))
        elif head:
            self.rows.extend(head)

    def _write(self, pieces: list[Piece], *, finished: bool) -> None:
        days = {self.days.of_second(row[0]).day for piece in pieces for row in piece.rows}
        monthly.ensure_days([RawEvent], days)
        now = timezone.now()
        with transaction.atomic(), connection.cursor() as cursor:
            lock_source(INTAKE, self.source.pk)
            batch = RawBatch(source=self.source, origin=self.origin, received_at=now)
            batch.save()
            new = shifted = 0
            for piece in pieces:
                if piece.begins or piece.ends:
                    added, moved, further = self.writer.merge_second(cursor, piece, batch.pk)
                    if piece.begins and further:
                        self._move_on(pieces, piece, further)
                else:
                    added, moved = self.writer.insert(cursor, piece.rows, batch.pk)
                new += added
                shifted += moved
            count = sum(len(piece.rows) for piece in pieces)
            faults = self._insert_faults(batch) if self.faults else 0
            if new or shifted or faults:
                batch.raw_count, batch.new_count, batch.fault_count = count, new, faults
                if not (new or shifted):
                    batch.state, batch.folded_at = "folded", now
                batch.save()
                self.result.batch_id = batch.pk
            else:
                batch.delete()
            self._note_received(pieces, now)
            if finished and self.checkpoint is not None:
                self._move_checkpoint(now)
        self.result.new += new
        for day in days:
            self.result.first_day = min(self.result.first_day or day, day)
            self.result.last_day = max(self.result.last_day or day, day)

    def _move_on(self, pieces: list[Piece], head: Piece, further: int) -> None:
        """Lines of the first second that come again later in the file (a clock set back) go on after the merged ones."""
        second = head.rows[0][0]
        for piece in pieces:
            if piece is not head:
                piece.rows = [(*r[:4], r[4] + further, r[5]) if r[0] == second else r for r in piece.rows]
        if second in self.seconds:
            self.seconds[second].count += further

    # -- what is set aside, and where we stand ---------------------------------------------------------------------

    def _set_aside(self, data: bytes, text: str | None, code: str, reason: str, number: int) -> None:
        self.result.raw += 1
        self.result.set_aside += 1
        shown = (readable(data) if text is None else text).replace("\0", "␀")[:4000]
        self.faults.append(_Fault(number, blake2b(data, digest_size=16).digest(), code[:40], reason[:300], shown))
        if len(self.faults) >= self.chunk:
            self._write([], finished=False)

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

    def _note_received(self, pieces: list[Piece], now: datetime) -> None:
        newest = max((row[1] for piece in pieces for row in piece.rows), default=None)
        if newest is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE calls_source SET last_received_at = %s,"
                " last_occurred_at = greatest(last_occurred_at, to_timestamp(%s)) WHERE id = %s",
                [now, newest / 1000, self.source.pk],
            )

    def _move_checkpoint(self, now: datetime) -> None:
        assert self.checkpoint is not None
        kept = list(self.seconds.items())[-SECONDS_CARRIED:]
        state = {
            **self.checkpoint.state,
            "_seconds": [[second, place.count, place.nth] for second, place in kept],
        }
        Checkpoint.objects.update_or_create(
            source=self.source, stream=self.checkpoint.stream[:300], defaults={"state": state, "updated_at": now}
        )


@dataclass(slots=True)
class _Second:
    """How many lines of a second were seen, and how often each."""

    count: int
    nth: dict[str, int]


@dataclass(slots=True)
class _Fault:
    number: int
    line_hash: bytes
    code: str
    reason: str
    text: str
