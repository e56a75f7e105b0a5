"""The calls of the demonstration centre: ninety days, yesterday and today of them through the raw pipeline.

History is simulated day by day and written as visits and agent states in bulk, by two processes. Yesterday and today
are written as a queue log and taken in like any other; the simulator and the connector go on from there.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from django.db import transaction

from kefu.areas.calls import services
from kefu.areas.calls.adapters.playing import LogFile
from kefu.areas.calls.choices import Outcome, SourceKind
from kefu.areas.calls.engine.simulation import voice
from kefu.areas.calls.engine.simulation.canonical import to_canonical
from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.player import lines_between, midnight
from kefu.areas.calls.engine.simulation.sample import QUEUES, SEED, sample_centre
from kefu.areas.calls.engine.types import Interval, Visit
from kefu.areas.calls.models import Queue, QueueVisit, Source
from kefu.areas.calls.services.connecting import LogFollower
from kefu.areas.calls.services.names import Names
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.processes import start_django_child
from kefu.platform.access.models import ScopeNode

SYSTEM = Actor.system("demo")
SOURCE = "pbx1"
HISTORY_DAYS = 90
RAW_DAYS = 1
DAYS_AT_ONCE = 3
HANDS = 2
BLOCKS_AHEAD = 10
"""So much each hand simulates ahead: thirty days are about 150 MB."""
TOTAL = HISTORY_DAYS - RAW_DAYS + 20
"""Steps of the build: one per day of history, and what follows in proportion to the time it takes."""
RECORDINGS = 12
Progress = Callable[[int, int, str], None]
Simulated = tuple[list[Visit], list[Interval]]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Span:
    """Which local days are written how."""

    first: date
    raw_from: date
    today: date

    @classmethod
    def until(cls, now: datetime, tz: str) -> Span:
        """The ninety days up to now."""
        today = clock.local_date(now, tz)
        return cls(today - timedelta(days=HISTORY_DAYS), today - timedelta(days=RAW_DAYS), today)

    @property
    def history(self) -> list[date]:
        """The days that are written directly."""
        return [self.first + timedelta(days=n) for n in range((self.raw_from - self.first).days)]


def prepare(nodes: Mapping[str, ScopeNode], tz: str, log: Path | None = None) -> Source:
    """The source, which follows ``log``, and its queues, each under its site."""
    source = services.ensure_source(
        actor=SYSTEM,
        code=SOURCE,
        kind=SourceKind.ASTERISK_QUEUE_LOG,
        time_zone=tz,
        name="星河话务平台",
        options={"log_path": str(log)} if log else None,
    )
    Queue.objects.bulk_create(
        [
            Queue(
                code=spec.code,
                name=spec.name,
                node=nodes[spec.site],
                target_seconds=spec.target_seconds,
                target_percent=80,
                is_arranged=True,
                sort_order=10 * place,
            )
            for place, spec in enumerate(QUEUES, start=1)
        ],
        ignore_conflicts=True,
    )
    Names(source).know([spec.code for spec in QUEUES], sample_centre().agents)
    return source


class Hands:
    """Two processes with a Django and a database connection of their own, which share the days of history.

    They begin at once and simulate what they can keep in memory, so that they are of use before the database is.
    """

    def __init__(self, span: Span, tz: str) -> None:
        self.span = span
        self.days = days = span.history
        self._pools = [
            ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=start_django_child)
            for _ in range(HANDS)
        ]
        blocks = [days[place : place + DAYS_AT_ONCE] for place in range(0, len(days), DAYS_AT_ONCE)]
        self._shares = [blocks[place::HANDS] for place in range(HANDS)]
        for pool, share in zip(self._pools, self._shares, strict=True):
            for block in share[:BLOCKS_AHEAD]:
                pool.submit(simulate_ahead, block, tz)

    def submit(self, place: int, work: Callable[..., R], *args: Any) -> Future[R]:
        """Have the ``place``-th of them (counted round) do something after what it has to do already."""
        return self._pools[place % HANDS].submit(work, *args)

    def load(self, source_id: int) -> Iterator[int]:
        """Load the history, each its share; yields the number of days whenever some are done."""
        loading = [
            pool.submit(load_days, source_id, block, self.days[-1])
            for pool, share in zip(self._pools, self._shares, strict=True)
            for block in share
        ]
        for future in as_completed(loading):
            yield future.result()

    def shutdown(self) -> None:
        """Let them go; what they have not begun is left."""
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)


def hands(now: datetime, tz: str) -> Hands:
    """The processes that will build the history up to now."""
    return Hands(Span.until(now, tz), tz)


def build(
    *,
    nodes: Mapping[str, ScopeNode],
    now: datetime,
    tz: str,
    log: Path,
    hands: Hands,
    progress: Progress,
) -> None:
    """History, the last days, recordings; ``log`` is the file that the simulator goes on with."""
    source, span, days = prepare(nodes, tz, log), hands.span, hands.days
    services.open_history(actor=SYSTEM, source=source, days=days)
    done = 0
    for some in hands.load(source.pk):
        done += some
        progress(done, TOTAL, "history")
    _all_of(hands.submit(place, join, source.pk, days) for place, join in enumerate((join_states, join_calls)))
    progress(len(days) + 8, TOTAL, "facts")
    counting = [hands.submit(place, count_days, source.pk, block) for place, block in enumerate(by_month(days))]
    recent(source, span, now, tz, log)
    _all_of(counting)
    progress(len(days) + 16, TOTAL, "recordings")
    services.refresh()
    record_some(source, span.today, hands)
    progress(TOTAL, TOTAL, "done")


def _all_of(futures: Iterable[Future[None]]) -> None:
    for future in list(futures):
        future.result()


def by_month(days: Iterable[date]) -> list[list[date]]:
    """The days of each month, the longest month first."""
    months = [list(block) for _month, block in groupby(days, key=lambda day: day.replace(day=1))]
    return sorted(months, key=len, reverse=True)


_ahead: dict[date, Simulated] = {}
"""What this process has simulated and not yet written."""


def simulate_ahead(days: Sequence[date], tz: str) -> None:
    """Simulate days that this process will be asked to load."""
    gc.disable()  # hundreds of thousands of small objects without cycles: the collector would take a third of the time
    try:
        for day in days:
            _ahead[day] = simulated(day, tz)
    finally:
        gc.enable()
        gc.freeze()


def simulated(day: date, tz: str) -> Simulated:
    """What happens on a local day."""
    return to_canonical(simulate_day(sample_centre(), day, seed=SEED, midnight=midnight(day, tz)))


def load_days(source_id: int, days: Sequence[date], last: date) -> int:
    """Simulate local days and write them; returns the number of days.

    What the ``last`` day of history would still say after midnight is left out: the day after belongs to the raw log.
    """
    source = Source.objects.get(pk=source_id)
    visits: list[Visit] = []
    intervals: list[Interval] = []
    gc.disable()
    try:
        for day in days:
            more, spans = _ahead.pop(day) if day in _ahead else simulated(day, source.time_zone)
            if day == last:
                limit = midnight(day + timedelta(days=1), source.time_zone) * 1000
                more = [visit for visit in more if visit.entered_ms < limit]
                spans = list(_until(limit, spans))
            visits += more
            intervals += spans
        services.load_history(actor=SYSTEM, source=source, visits=visits, intervals=intervals)
    finally:
        gc.enable()
    return len(days)


def join_states(source_id: int, days: Sequence[date]) -> None:
    """Let the loaded states appear."""
    services.join_states(actor=SYSTEM, source=Source.objects.get(pk=source_id), days=days)


def join_calls(source_id: int, days: Sequence[date]) -> None:
    """Let the loaded calls appear."""
    services.join_calls(actor=SYSTEM, source=Source.objects.get(pk=source_id), days=days)


def count_days(source_id: int, days: Sequence[date]) -> None:
    """The facts of whole days; months apart may be counted at the same time."""
    with transaction.atomic():
        services.recompute_days([(source_id, day) for day in days])


def _until(limit: int, intervals: Iterable[Interval]) -> Iterator[Interval]:
    for interval in intervals:
        if interval.started_ms < limit:
            interval.ended_ms = min(interval.ended_ms or limit, limit)
            yield interval


def recent(source: Source, span: Span, now: datetime, tz: str, log: Path) -> None:
    """Yesterday and today, as a queue log and through the raw pipeline."""
    begin = datetime.fromtimestamp(midnight(span.raw_from, tz), clock.zone(tz))
    lines = [line for _at, line in lines_between(sample_centre(), SEED, begin, now, tz, is_fresh=True)]
    log.unlink(missing_ok=True)
    with LogFile(log) as file:
        file.append(lines)
    LogFollower(source, log).poll()
    services.fold_pending(source)


def record_some(source: Source, today: date, hands: Hands) -> None:
    """A few recordings of yesterday's calls."""
    random = Random(SEED)  # noqa: S311 - which calls bear a recording
    visits = list(
        QueueVisit.objects.filter(
            source=source, day=today - timedelta(days=1), outcome=Outcome.ANSWERED, talk_seconds__range=(25, 90)
        ).order_by("entered_at", "id")[:400]
    )
    chosen = random.sample(visits, min(RECORDINGS, len(visits)))
    sounds = [
        hands.submit(place, voice.recording, visit.talk_seconds + visit.hold_seconds, SEED + place)
        for place, visit in enumerate(chosen)
    ]
    for visit, sound in zip(chosen, sounds, strict=True):
        services.attach_recording(
            actor=SYSTEM, visit_id=visit.id, stream=io.BytesIO(sound.result()), name=f"{visit.call_key}.wav"
        )
