"""Plays a simulated queue log into a file at the pace of a clock, and goes on where the file ends.

The file is the only memory: its last lines tell how far the play has come, to the line. A line is written whole or not
at all, except after a crash of the machine, when half a last line is completed to an empty one of its own.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from kefu.areas.calls.engine.simulation.centre import Centre
from kefu.areas.calls.engine.simulation.player import Line, lines_between, midnight, rest_of_log
from kefu.kernel import clock

LONGEST_GAP = timedelta(days=3)
"""After a longer pause the log is not caught up: the telephone system "restarts" this morning."""
TAIL_BYTES = 64 * 1024
LONGEST_WAIT = 1.0


class Busy(Exception):
    """Another simulator writes this file."""


class LogFile:
    """A queue log that one simulator at a time appends to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int = -1

    def __enter__(self) -> LogFile:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise Busy(str(self.path)) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._file)

    def last_lines(self) -> list[str]:
        """The last complete lines that bear a time stamp; ends a half-written line first."""
        size = os.fstat(self._file).st_size
        if not size:
            return []
        text = os.pread(self._file, TAIL_BYTES, max(0, size - TAIL_BYTES)).decode("utf-8", "replace")
        if not text.endswith("\n"):
            os.write(self._file, b"\n")
            text = text[: text.rfind("\n") + 1]
        lines = text.splitlines()[1 if size > TAIL_BYTES else 0 :]
        return [line for line in lines if line.split("|", 1)[0].isdigit()]

    def append(self, lines: list[str]) -> None:
        """Write complete lines in one go."""
        block = "".join(f"{line}\n" for line in lines).encode()
        while block:
            block = block[os.write(self._file, block) :]


@dataclass(frozen=True, slots=True)
class Pace:
    """Simulated time as a function of real time: ``origin`` was at ``started`` (monotonic), then ``speed`` times as fast.

    A speed of 0 does not wait at all.
    """

    origin_ms: int
    started: float
    speed: float

    def wait_for(self, at_ms: int, now: float) -> float:
        """Real seconds until the simulated instant."""
        return 0.0 if self.speed <= 0 else (at_ms - self.origin_ms) / 1000 / self.speed - (now - self.started)


def lines_to_play(
    centre: Centre, seed: int, written: list[str], now: datetime, tz: str, start: datetime | None = None
) -> tuple[list[str], Iterator[Line]]:
    """(lines to write at once, lines that follow with their times).

    A given ``start`` begins there; otherwise a log goes on where it ends, and a new one (or one left for days) begins
    this morning with the start of the telephone system.
    """
    if start is not None:
        return [], lines_between(centre, seed, start, None, tz)
    if written:
        last = datetime.fromtimestamp(int(written[-1].split("|", 1)[0]), clock.zone(tz))
        if now - last <= LONGEST_GAP:
            return [], rest_of_log(centre, seed, written, tz)
    morning = midnight(clock.local_date(now, tz), tz)
    begin = datetime.fromtimestamp(morning, clock.zone(tz))
    return [f"{morning}|NONE|NONE|NONE|QUEUESTART|"], lines_between(centre, seed, begin, None, tz, is_fresh=True)


def play(
    lines: Iterator[Line],
    pace: Pace,
    *,
    write: Callable[[list[str]], None],
    until_ms: int | None = None,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Write the lines when their time has come; returns how many. Ends with the lines, or at ``until_ms``."""
    due: list[str] = []
    count = 0
    for at, line in lines:
        if until_ms is not None and at >= until_ms:
            break
        while (wait := pace.wait_for(at, monotonic())) > 0:
            if due:
                write(due)
                due = []
            sleep(min(wait, LONGEST_WAIT))
        due.append(line)
        count += 1
        if len(due) >= 5_000:
            write(due)
            due = []
    if due:
        write(due)
    return count
