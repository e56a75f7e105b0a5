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
TOTAL = HISTORY_DAYS - RAW_DAYS + 20
"""Steps of the build: one per day of history, and what follows in proportion to the time it takes."""
RECORDINGS = 12
Progress = Callable[[int, int, str], None]


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


def hands() -> ProcessPoolExecutor:
    """Two processes with a Django and a database connection of their own; they start to get ready at once."""
    pool = ProcessPoolExecutor(HANDS, multiprocessing.get_context("spawn"), initializer=start_django_child)
    for _ in range(HANDS):
        pool.submit(sample_centre)
    return pool


def build(
    *,
    nodes: Mapping[str, ScopeNode],
    now: datetime,
    tz: str,
    log: Path,
    pool: ProcessPoolExecutor,
    progress: Progress,
) -> None:
    """History, the last days, recordings; ``log`` is the file that the simulator goes on with."""
    source, span = prepare(nodes, tz, log), Span.until(now, tz)
    days = span.history
    services.open_history(actor=SYSTEM, source=source, days=days)
    blocks = [days[place : place + DAYS_AT_ONCE] for place in range(0, len(days), DAYS_AT_ONCE)]
    done = 0
    for future in as_completed(pool.submit(load_days, source.pk, block, days[-1]) for block in blocks):
        done += future.result()
        progress(done, TOTAL, "history")
    _all_of(pool.submit(join, source.pk, days) for join in (join_states, join_calls))
    progress(len(days) + 10, TOTAL, "facts")
    counting = [pool.submit(count_days, source.pk, block) for block in by_month(days)]
    recent(source, span, now, tz, log)
    _all_of(counting)
    progress(len(days) + 18, TOTAL, "facts")
    services.refresh()
    progress(len(days) + 19, TOTAL, "recordings")
    record_some(source, span.today, pool)
    progress(TOTAL, TOTAL, "done")


def _all_of(futures: Iterable[Future[None]]) -> None:
    for future in list(futures):
        future.result()


def by_month(days: Iterable[date]) -> list[list[date]]:
    """The days of each month, the longest month first."""
    months = [list(block) for _month, block in groupby(days, key=lambda day: day.replace(day=1))]
    return sorted(months, key=len, reverse=True)


def load_days(source_id: int, days: Sequence[date], last: date) -> int:
    """Simulate local days and write them; returns the number of days.

    What the ``last`` day of history would still say after midnight is left out: the day after belongs to the raw log.
    """
    source = Source.objects.get(pk=source_id)
    visits: list[Visit] = []
    intervals: list[Interval] = []
    gc.disable()  # hundreds of thousands of small objects without cycles: the collector would take a third of the time
    try:
        for day in days:
            run = simulate_day(sample_centre(), day, seed=SEED, midnight=midnight(day, source.time_zone))
            more, spans = to_canonical(run)
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


def record_some(source: Source, today: date, pool: ProcessPoolExecutor) -> None:
    """A few recordings of yesterday's calls."""
    random = Random(SEED)  # noqa: S311 - which calls bear a recording
    visits = list(
        QueueVisit.objects.filter(
            source=source, day=today - timedelta(days=1), outcome=Outcome.ANSWERED, talk_seconds__range=(25, 90)
        ).order_by("entered_at", "id")[:400]
    )
    chosen = random.sample(visits, min(RECORDINGS, len(visits)))
    seconds = [visit.talk_seconds + visit.hold_seconds for visit in chosen]
    sounds = pool.map(voice.recording, seconds, range(SEED, SEED + len(chosen)))
    for visit, sound in zip(chosen, sounds, strict=True):
        services.attach_recording(
            actor=SYSTEM, visit_id=visit.id, stream=io.BytesIO(sound), name=f"{visit.call_key}.wav"
        )
