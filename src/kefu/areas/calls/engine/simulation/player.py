"""Plays simulated days as one endless queue log: any stretch of time, the same lines whenever it is asked for.

Because a day is a pure function of centre, seed and date, nothing needs to be remembered between two runs of the
simulator: the log itself tells how far it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import merge
from operator import itemgetter

from kefu.areas.calls.engine.simulation.centre import Centre
from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.queue_log import timed_lines
from kefu.kernel import clock

Line = tuple[int, str]
LONGEST_TAIL = timedelta(hours=3)
"""So long after midnight the last conversation of a day has surely ended."""


def midnight(day: date, tz: str = clock.DEFAULT_ZONE) -> int:
    """The first second of the local day, since the epoch."""
    return int(clock.day_bounds(day, tz)[0].timestamp())


@lru_cache(maxsize=4)
def day_lines(centre: Centre, day: date, seed: int, tz: str) -> tuple[Line, ...]:
    """(millisecond, line) of one simulated day, with the hold lines that the dial plan adds."""
    return tuple(timed_lines(simulate_day(centre, day, seed=seed, midnight=midnight(day, tz)), logs_hold=True))


def lines_between(
    centre: Centre,
    seed: int,
    start: datetime,
    end: datetime | None = None,
    tz: str = clock.DEFAULT_ZONE,
    *,
    is_fresh: bool = False,
) -> Iterator[Line]:
    """The lines of ``start`` ≤ time < ``end`` (without end: for ever) in the order of time.

    Days overlap a little: the last conversations of one run into the next; ``is_fresh`` leaves out what the day
    before ``start`` would still have to say.
    """
    begin_ms = int(start.timestamp() * 1000)
    end_ms = int(end.timestamp() * 1000) if end is not None else None
    day = clock.local_date(start if is_fresh else start - LONGEST_TAIL, tz)
    carried: tuple[Line, ...] = ()
    while end_ms is None or midnight(day, tz) * 1000 < end_ms:
        limit = midnight(day + timedelta(days=1), tz) * 1000
        together = merge(carried, day_lines(centre, day, seed, tz), key=itemgetter(0))
        left: list[Line] = []
        for line in together:
            if line[0] >= limit:
                left.append(line)
            elif end_ms is not None and line[0] >= end_ms:
                return
            elif line[0] >= begin_ms:
                yield line
        carried = tuple(left)
        day += timedelta(days=1)
    if end_ms is not None:
        yield from (line for line in carried if begin_ms <= line[0] < end_ms)


def rest_of_log(centre: Centre, seed: int, written: list[str], tz: str = clock.DEFAULT_ZONE) -> Iterator[Line]:
    """What comes after the last lines of a log, exactly: also in the middle of a second.

    ``written`` holds at least all lines of the log's last second. A log of another simulation (or a real one) goes on
    with the next second.
    """
    last = int(written[-1].split("|", 1)[0])
    zone = clock.zone(tz)
    known = [line for line in written if line.startswith(f"{last}|")]
    skipped = 0
    for at, line in lines_between(centre, seed, datetime.fromtimestamp(last, zone), None, tz):
        if at // 1000 == last and skipped < len(known):
            skipped += 1
            continue
        yield at, line
