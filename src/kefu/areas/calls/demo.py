"""The calls of the demonstration centre: ninety days, yesterday and today of them through the raw pipeline.

History is simulated day by day and written as visits and agent states at once, by two processes. Yesterday and today
are written as a queue log and taken in like any other; the simulator and the connector go on from there.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from kefu.areas.calls import services
from kefu.areas.calls.adapters.playing import LogFile
from kefu.areas.calls.choices import Outcome, SourceKind
from kefu.areas.calls.engine.simulation import voice
from kefu.areas.calls.engine.simulation.canonical import to_canonical
from kefu.areas.calls.engine.simulation.floor import simulate_day
from kefu.areas.calls.engine.simulation.player import lines_between, midnight
from kefu.areas.calls.engine.simulation.sample import QUEUES, SEED, sample_centre
from kefu.areas.calls.engine.types import Interval
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
DAYS_BETWEEN_FACTS = 12
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


def build(*, nodes: Mapping[str, ScopeNode], now: datetime, tz: str, log: Path, progress: Progress) -> None:
    """History, the last days, recordings; ``log`` is the file that the simulator goes on with."""
    source, span = prepare(nodes, tz, log), Span.until(now, tz)
    days = span.history
    total = len(days) + 14
    halves = (days[: len(days) // 2], days[len(days) // 2 :])
    with _process() as first, _process() as second:
        loading = [
            pool.submit(load_day, source.pk, day, day == days[-1])
            for pool, half in zip((first, second), halves, strict=True)
            for day in half
        ]
        for done, future in enumerate(as_completed(loading), start=1):
            future.result()
            progress(done, total, "calls")
            if done % DAYS_BETWEEN_FACTS == 0:
                services.refresh()
    progress(len(days) + 4, total, "facts")
    services.refresh()
    recent(source, span, now, tz, log)
    progress(total - 2, total, "recordings")
    record_some(source, span.today)
    progress(total, total, "calls")


def _process() -> ProcessPoolExecutor:
    """A process with a Django and a database connection of its own.

    Each takes its half of the days in their order: two loads at the same time never lie close together.
    """
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=start_django_child)


def load_day(source_id: int, day: date, is_last: bool = False) -> int:
    """Simulate one local day and write it; returns the number of visits.

    What the last day of history would still say after midnight is left out: the day after belongs to the raw log.
    """
    source = Source.objects.get(pk=source_id)
    gc.disable()  # hundreds of thousands of small objects without cycles: the collector would take a third of the time
    try:
        run = simulate_day(sample_centre(), day, seed=SEED, midnight=midnight(day, source.time_zone))
        visits, intervals = to_canonical(run)
        if is_last:
            limit = midnight(day + timedelta(days=1), source.time_zone) * 1000
            visits = [visit for visit in visits if visit.entered_ms < limit]
            intervals = list(_until(limit, intervals))
        services.load_history(
            actor=SYSTEM, source=source, visits=visits, intervals=intervals, refresh=False, is_alone=False
        )
    finally:
        gc.enable()
    return len(visits)


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
    services.refresh()


def record_some(source: Source, today: date) -> None:
    """A few recordings of yesterday's calls."""
    random = Random(SEED)  # noqa: S311 - which calls bear a recording
    visits = list(
        QueueVisit.objects.filter(
            source=source, day=today - timedelta(days=1), outcome=Outcome.ANSWERED, talk_seconds__range=(25, 90)
        ).order_by("entered_at", "id")[:400]
    )
    for number, visit in enumerate(random.sample(visits, min(RECORDINGS, len(visits)))):
        samples = voice.conversation(visit.talk_seconds + visit.hold_seconds, SEED + number)
        services.attach_recording(
            actor=SYSTEM,
            visit_id=visit.id,
            stream=io.BytesIO(voice.as_wav(samples)),
            name=f"{visit.call_key}.wav",
        )
