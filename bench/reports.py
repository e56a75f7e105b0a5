"""A day's interval report from facts, against the same from the raw visits: in PostgreSQL, and in DuckDB on Parquet."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction

from bench import history
from bench.harness import Report, best_of, ms, rate, seconds

VISITS, QUEUES, AGENTS = 1_000_000, 60, 10_000
DAY = date(2026, 11, 10)
METRICS = ["offered", "service_level.f3", "abandon_rate", "asa", "aht"]

RAW = """
SELECT {slot} AS slot, count(*),
    count(*) FILTER (WHERE outcome = 'answered' AND is_within_target),
    count(*) FILTER (WHERE outcome IN ('answered', 'abandoned')),
    count(*) FILTER (WHERE outcome = 'abandoned'),
    sum(wait_seconds) FILTER (WHERE outcome = 'answered'),
    sum(talk_seconds + hold_seconds + wrap_seconds) FILTER (WHERE outcome = 'answered'),
    count(*) FILTER (WHERE outcome = 'answered')
FROM {table} WHERE day = DATE '{day}' GROUP BY 1 ORDER BY 1
"""


def run(report: Report) -> None:
    """A province's day: a million visits of one day; half hours, five KPIs."""
    from kefu.areas.calls.services import facts
    from kefu.platform.metrics.queries import compute

    history.centre(queues=QUEUES, agents=AGENTS, teams=100)
    history.visits(VISITS, DAY, days=1, queues=QUEUES, agents=AGENTS, teams=100)

    def make_facts() -> None:
        with transaction.atomic():
            facts.recompute_days([(history.SOURCE, DAY)])

    took = seconds(make_facts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    report.note(f"facts of a day of {VISITS:,} visits made from nothing in {ms(took)} ({rate(VISITS, took)})")

    def ours() -> None:
        compute(None, METRICS, DAY, DAY + timedelta(days=1), by=["half_hour"])

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(RAW.format(slot="local_slot / 2", table="calls_queuevisit", day=DAY))
            cursor.fetchall()

    mine, theirs = best_of(ours, 9), best_of(raw, 5)
    report.add("reports", "a day per half hour vs raw PostgreSQL", ms(mine), ms(theirs), theirs / mine, "≥", 20)
    by_queue = best_of(lambda: compute(None, METRICS, DAY, DAY + timedelta(days=1), by=["queue", "half_hour"]), 5)
    report.note(f"the same for each of {QUEUES} queues: {ms(by_queue)}")
    duck = _duckdb()
    if duck is not None:
        version, peer = duck
        report.add(
            "reports",
            "a day per half hour vs DuckDB on Parquet",
            ms(mine),
            f"{ms(peer)} ({version})",
            mine / peer,
            "≤",
            1.0,
        )


def _duckdb() -> tuple[str, float] | None:
    try:
        import duckdb
    except ImportError:
        return None
    columns = "day, local_slot, outcome, is_within_target, wait_seconds, talk_seconds, hold_seconds, wrap_seconds"
    with tempfile.TemporaryDirectory() as folder:
        csv, parquet = Path(folder) / "visits.csv", Path(folder) / "visits.parquet"
        statement = f"COPY (SELECT {columns} FROM calls_queuevisit) TO STDOUT (FORMAT csv, HEADER)"
        with csv.open("wb") as out, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in copy:
                out.write(block)
        db = duckdb.connect()
        db.execute(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (FORMAT parquet)")
        query = RAW.format(slot="local_slot // 2", table=f"read_parquet('{parquet}')", day=DAY)
        return f"DuckDB {duckdb.__version__}", best_of(lambda: db.execute(query).fetchall(), 5)
