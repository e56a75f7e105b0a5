"""From the telephone system's log to the numbers: raw intake against COPY, the whole way, upkeep of the facts."""

from __future__ import annotations

import time
from datetime import date, timedelta

from django.db import connection

from bench.harness import Report, best_of, ms, rate, seconds

FIRST = date(2026, 10, 12)
RAW_LINES = 400_000
PIPELINE_LINES = 150_000
CALLS = 20_000


def run(report: Report) -> None:
    """The same simulated lines throughout: real verbs, real shapes."""
    lines = _lines(RAW_LINES)
    report.note(f"{len(lines):,} simulated queue_log lines, {sum(map(len, lines)) / len(lines):.0f} characters each")
    _raw(report, lines)
    _all_the_way(report, lines[:PIPELINE_LINES])
    _upkeep(report)


def _lines(count: int) -> list[str]:
    from kefu.areas.calls.engine.simulation.floor import simulate_day
    from kefu.areas.calls.engine.simulation.player import midnight
    from kefu.areas.calls.engine.simulation.queue_log import to_queue_log
    from kefu.areas.calls.engine.simulation.sample import sample_centre

    centre, found, day = sample_centre(), [], FIRST
    while len(found) < count:
        found += to_queue_log(simulate_day(centre, day, seed=7, midnight=midnight(day)))
        day += timedelta(days=1)
    return found[:count]


def _source(code: str) -> object:
    from kefu.areas.calls import services
    from kefu.kernel.actor import Actor

    return services.ensure_source(actor=Actor.system("bench"), code=code, kind="asterisk-queue-log")


def _take_in(code: str, lines: list[str]) -> object:
    from kefu.areas.calls import services
    from kefu.kernel.actor import Actor

    source = _source(code)
    services.take_in(actor=Actor.system("bench"), source=source, origin="bench", lines=[x.encode() for x in lines])
    return source


def _raw(report: Report, lines: list[str]) -> None:
    """Intake as it is, against COPY of the very rows it stored, ready-made, into a bare table and into one like ours.

    Both are the best of three, ours into a source of its own each time. The bare table has the same columns, no key, no index, no partitions: the harder peer, and the one judged by.
    """
    ours = min(seconds(lambda code=code: _take_in(code, lines)) for code in ("raw", "raw2", "raw3"))
    columns = "day, source_id, line_hash, nth, occurred_at, ordinal, batch_id, text"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare AS SELECT * FROM calls_rawevent LIMIT 0")
        cursor.execute("CREATE TABLE bench_keyed (LIKE calls_rawevent INCLUDING ALL) PARTITION BY RANGE (day)")
        cursor.execute("CREATE TABLE bench_keyed_all PARTITION OF bench_keyed DEFAULT")
        mine = "source_id = (SELECT id FROM calls_source WHERE code = 'raw')"
        with cursor.copy(f"COPY (SELECT {columns} FROM calls_rawevent WHERE {mine}) TO STDOUT") as copy:
            data = b"".join(bytes(block) for block in copy)
        cursor.execute(f"SELECT count(*) FROM calls_rawevent WHERE {mine}")
        stored = cursor.fetchone()[0]

    def plain(table: str) -> float:
        def work() -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {table}")
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(data)

        return best_of(work, 3)

    bare, keyed = plain("bench_bare"), plain("bench_keyed")
    report.add(
        "intake",
        "raw intake vs plain COPY of the same rows, ready-made, into a bare table (no key, no index)",
        rate(len(lines), ours),
        f"COPY {rate(stored, bare)}",
        bare / ours,
        "≥",
        0.25,
    )
    report.note(
        f"into a partitioned table with the same key and indexes COPY reaches {rate(stored, keyed)}: ratio {keyed / ours:.3g}"
    )
    again = seconds(lambda: _take_in("raw", lines))
    report.note(f"the same lines delivered again (nothing new): {rate(len(lines), again)}")


def _all_the_way(report: Report, lines: list[str]) -> None:
    """Raw → canonical events → visits and states → facts, in deliveries as a connector makes them."""
    from kefu.areas.calls import services

    source = _source("pipeline")
    took, slowest = 0.0, 0.0
    for begin in range(0, len(lines), 5_000):
        part = lines[begin : begin + 5_000]

        def deliver(part: list[str] = part) -> None:
            _take_in("pipeline", part)
            services.fold_pending(source)
            services.refresh()

        once = seconds(deliver)
        took, slowest = took + once, max(slowest, once)
    report.add(
        "intake",
        "lines/s from raw to facts, sustained",
        rate(len(lines), took),
        "2,000/s",
        len(lines) / took / 2000,
        "≥",
        1,
    )
    report.note(f"the slowest delivery of 5,000 lines took {ms(slowest)}")


def _upkeep(report: Report) -> None:
    """What keeping the facts costs beside writing the visits they are made of (1,000 calls a time, buckets shared)."""
    from kefu.areas.calls import services

    source = _source("upkeep")
    lines = _lines(CALLS * 6)
    insert = upkeep = 0.0
    for begin in range(0, len(lines), 6_000):
        started = time.perf_counter()
        _take_in("upkeep", lines[begin : begin + 6_000])
        services.fold_pending(source)
        folded = time.perf_counter()
        services.refresh()
        insert += folded - started
        upkeep += time.perf_counter() - folded
    report.add("intake", "facts upkeep vs the insert itself", ms(upkeep), ms(insert), upkeep / insert, "≤", 0.15)
