"""``kefu calls verify``: raw against visits and states, those against every cell of the facts, and the digest."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from time import sleep
from typing import Any

from kefu.areas.calls.engine.slots import utc
from kefu.areas.calls.models import AgentMonth, CallEvent, RawEvent, Source
from kefu.areas.calls.services import facts
from kefu.areas.calls.services.context import Context
from kefu.areas.calls.services.fold import fold_pending
from kefu.areas.calls.services.fold_calls import loaded_calls
from kefu.areas.calls.services.locks import FOLD, source_held
from kefu.areas.calls.services.sums import QUEUE_FLOW, SHARED, TEAM_FLOW
from kefu.areas.calls.services.verifying import counting, stored
from kefu.areas.calls.services.verifying.replay import Replay, interval_row, visit_row
from kefu.areas.calls.services.verifying.stored import AGENT_MEASURES, QUEUE_MEASURES, Codes, Day

SHOWN = 20
QUEUE_FLOW_KEYS = ("queue_id", "slot_at", "event_at", "event_day", "event_slot")
TEAM_FLOW_KEYS = ("node_id", *QUEUE_FLOW_KEYS)


@dataclass(slots=True)
class Verdict:
    """The outcome: rows (buckets) and numbers (cells) compared, how many differ, and the digest of all content."""

    buckets: int = 0
    cells: int = 0
    differing: int = 0
    digest: str = ""
    examples: list[str] = field(default_factory=list)

    def differ(self, what: str, count: int = 1) -> None:
        """Note a difference."""
        self.differing += count
        if len(self.examples) < SHOWN:
            self.examples.append(what)


def verify(
    *,
    sources: Iterable[Source] | None = None,
    first: date | None = None,
    last: date | None = None,
    progress: Callable[[str, date], None] = lambda source, day: None,
) -> Verdict:
    """Compare everything of some sources (all when left out) between two local days (both included).

    While a source is compared its fold waits; lines go on coming in and are left out until they are folded.
    """
    verdict = Verdict()
    digest = hashlib.sha256()
    chosen = Source.objects.order_by("code") if sources is None else sorted(sources, key=lambda s: s.code)
    for source in chosen:
        digest.update(f"\x1d{source.code}\n".encode())
        with source_held(FOLD, source.pk):
            _settle(source)
            _verify_source(source, first, last, verdict, digest, progress)
    verdict.digest = digest.hexdigest()
    return verdict


def _settle(source: Source) -> None:
    """Have everything folded and counted that has come in; another process may be counting just now."""
    fold_pending(source)
    for _attempt in range(100):
        facts.refresh()
        if facts.is_settled(source):
            return
        sleep(0.1)


def _verify_source(
    source: Source,
    first: date | None,
    last: date | None,
    verdict: Verdict,
    digest: Any,
    progress: Callable[[str, date], None],
) -> None:
    ctx = Context(source)
    codes = Codes()
    days = stored.days_with_rows(source.pk, first, last)
    raw_days = sorted(RawEvent.objects.filter(source=source).values_list("day", flat=True).distinct())
    since = (
        RawEvent.objects.filter(source=source)
        .order_by("day", "occurred_at")
        .values_list("occurred_at", flat=True)
        .first()
    )
    if since is not None:
        since = max(since, utc(ctx.history_ms))
    wanted = set(days)
    expected: dict[date, tuple[list[Any], list[Any]]] = {}
    months: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    upto = [day for day in raw_days if last is None or day <= last or (day - last).days <= 2]
    replayed = iter(Replay(ctx).run(upto))
    for day in days:
        progress(source.code, day)
        here = stored.read_day(source.pk, day)
        if day in set(upto):
            while day not in expected:
                of_day, visits, intervals = next(replayed)
                if of_day in wanted:
                    expected[of_day] = visits, intervals
            visits, intervals = expected.pop(day)
            _compare_fold(ctx, day, here, visits, intervals, since, verdict)
        _compare_facts(source, day, here, verdict, months)
        codes.know(
            {
                row["agent_id"]
                for rows in (here.visits, here.attempts, here.intervals)
                for row in rows
                if row["agent_id"]
            }
        )
        _digest_day(source, day, here, codes, digest)
    if first is None and last is None:
        _compare_months(source, months, verdict)


def _compare_fold(
    ctx: Context, day: date, here: Day, visits: list[Any], intervals: list[Any], since: Any, verdict: Verdict
) -> None:
    ctx.names.know({v.queue for v in visits} | {i.queue for i in intervals if i.queue},
                   {v.agent for v in visits} | {i.agent for i in intervals})  # fmt: skip
    measured = ctx.format.measures_wrap
    fields = tuple(f for f in stored.FOLDED if not (measured and f in {"wrap_seconds", "handle_seconds"}))
    found = {(row["call_key"], row["number"]): tuple(row[f] for f in fields) for row in here.visits}
    for visit in visits:
        row = visit_row(ctx, visit)
        key = (visit.call, visit.number)
        verdict.buckets += 1
        verdict.cells += len(fields)
        there = found.pop(key, None)
        wanted = tuple(row[f] for f in fields)
        if there != wanted:
            pairs = zip(fields, wanted, there or (), strict=False)
            bad = [f"{f}: {b!r} ≠ {a!r}" for f, a, b in pairs if a != b] or ["missing"]
            verdict.differ(f"{ctx.source.code} {day} visit {key}: {'; '.join(bad)}", len(bad))
    if found:
        folded = set(
            CallEvent.objects.filter(source=ctx.source, call_key__in={k[0] for k in found}).values_list(
                "call_key", flat=True
            )
        )
        loaded = loaded_calls(ctx, folded)
        for key in found:
            if key[0] in folded - loaded:
                verdict.differ(f"{ctx.source.code} {day} visit {key}: not in the log")
    rows = Counter(interval_row(ctx, i) for i in intervals)
    standing = Counter(
        tuple(row[f] for f in stored.INTERVAL_FIELDS[:-1]) for row in here.intervals if row["started_at"] >= since
    )
    verdict.buckets += rows.total()
    verdict.cells += rows.total() * (len(stored.INTERVAL_FIELDS) - 1)
    for told, count in ((rows - standing) + (standing - rows)).items():
        verdict.differ(f"{ctx.source.code} {day} interval {told}", count)


def _compare_facts(
    source: Source, day: date, here: Day, verdict: Verdict, months: dict[tuple[Any, ...], Counter[str]]
) -> None:
    quarters, agents = counting.queue_cells(here), counting.agent_cells(here)
    days = counting.sums(agents, 3, AGENT_MEASURES)
    for key, cell in days.items():
        months[(*key, day.replace(day=1))].update(cell)
    tables = (
        ("calls_queuefact", ("queue_id", "slot_at"), QUEUE_MEASURES, quarters),
        ("calls_queueday", ("queue_id",), QUEUE_MEASURES, counting.sums(quarters, 1, QUEUE_MEASURES)),
        ("calls_agentfact", ("agent_id", "queue_id", "node_id", "slot_at"), AGENT_MEASURES, agents),
        ("calls_agentday", ("agent_id", "queue_id", "node_id"), AGENT_MEASURES, days),
        ("calls_waithistogram", ("queue_id", "bucket"), ("visits",),
         {key: {"visits": n} for key, n in counting.histogram(here).items()}),
        ("calls_queueflow", QUEUE_FLOW_KEYS, tuple(QUEUE_FLOW), counting.queue_flow(here, source.time_zone)),
        ("calls_teamflow", TEAM_FLOW_KEYS, tuple(TEAM_FLOW), counting.team_flow(here, source.time_zone)),
    )  # fmt: skip
    for table, keys, measures, cells in tables:
        standing = stored.read_facts(table, keys, measures, source.pk, day)
        wanted = {key: tuple(cell[m] for m in measures) for key, cell in cells.items()}
        _compare(f"{source.code} {day} {table}", measures, wanted, standing, verdict)
    _compare_families(f"{source.code} {day} agents beside queues", source.pk, day, verdict)


def _compare_families(what: str, source_id: int, day: date, verdict: Verdict) -> None:
    """What both families hold must be equal in every quarter of every queue: reports read the smaller one."""
    queues = stored.read_facts("calls_queuefact", ("queue_id", "slot_at"), SHARED, source_id, day)
    agents: dict[tuple[Any, ...], Counter[int]] = defaultdict(Counter)
    rows = stored.read_rows("calls_agentfact", ("queue_id", "slot_at", *SHARED), source_id, day)
    for row in rows:
        if row["queue_id"] is not None:
            agents[row["queue_id"], row["slot_at"]].update({i: int(row[m]) for i, m in enumerate(SHARED)})
    summed = {key: tuple(cell[i] for i in range(len(SHARED))) for key, cell in agents.items()}
    _compare(what, SHARED, queues, summed, verdict)


def _compare_months(source: Source, months: dict[tuple[Any, ...], Counter[str]], verdict: Verdict) -> None:
    keys = ("agent_id", "queue_id", "node_id", "day")
    rows = AgentMonth.objects.filter(source=source).values_list(*keys, *AGENT_MEASURES)
    standing = {row[:4]: tuple(int(v) for v in row[4:]) for row in rows}
    wanted = {key: tuple(cell[m] for m in AGENT_MEASURES) for key, cell in months.items()}
    _compare(f"{source.code} calls_agentmonth", AGENT_MEASURES, wanted, standing, verdict)


def _compare(
    what: str,
    measures: tuple[str, ...],
    wanted: dict[tuple[Any, ...], tuple[int, ...]],
    standing: dict[tuple[Any, ...], tuple[int, ...]],
    verdict: Verdict,
) -> None:
    nothing = (0,) * len(measures)
    for key in {*wanted, *standing}:
        a, b = wanted.get(key, nothing), standing.get(key, nothing)
        verdict.buckets += 1
        verdict.cells += len(measures)
        if a != b:
            bad = [f"{m}: {y} ≠ {x}" for m, x, y in zip(measures, a, b, strict=True) if x != y]
            verdict.differ(f"{what} {key}: {'; '.join(bad)}", len(bad))


def _digest_day(source: Source, day: date, here: Day, codes: Codes, digest: Any) -> None:
    """Add a day's content in a form that names nothing by key and no time of ingestion."""
    by_visit: dict[Any, list[str]] = defaultdict(list)
    for attempt in here.attempts:
        by_visit[attempt["visit_id"]].append(codes.named(attempt, stored.ATTEMPT_FIELDS))
    parts = [
        sorted(codes.named(row, stored.VISIT_FIELDS) for row in here.visits),
        sorted(line for lines in by_visit.values() for line in lines),
        sorted(codes.named(row, stored.INTERVAL_FIELDS) for row in here.intervals),
    ]
    for table, keys, measures in (
        ("calls_queuefact", ("queue_id", "slot_at", "local_slot"), QUEUE_MEASURES),
        ("calls_queueday", ("queue_id",), QUEUE_MEASURES),
        ("calls_agentfact", ("agent_id", "queue_id", "slot_at", "local_slot"), AGENT_MEASURES),
        ("calls_agentday", ("agent_id", "queue_id"), AGENT_MEASURES),
        ("calls_waithistogram", ("queue_id", "bucket"), ("visits",)),
        ("calls_queueflow", QUEUE_FLOW_KEYS, tuple(QUEUE_FLOW)),
        ("calls_teamflow", TEAM_FLOW_KEYS, tuple(TEAM_FLOW)),
    ):
        parts.append(
            sorted(
                codes.named(row, (*keys, *measures))
                for row in stored.read_rows(table, (*keys, *measures), source.pk, day)
            )
        )
    for part in parts:
        digest.update(f"\x1e{day}\n".encode())
        digest.update("\n".join(part).encode())
