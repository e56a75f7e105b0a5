"""A year of 10,000 agents explored by month, against a second; and the metric layer against SQL written by hand."""

from __future__ import annotations

from datetime import date

from django.db import connection

from bench import history
from bench.harness import Report, best_of, ms

AGENTS, TEAMS, QUEUES = 10_000, 600, 100
FIRST, LAST = date(2025, 11, 1), date(2026, 11, 1)


def run(report: Report) -> None:
    """Occupancy, handled contacts and AHT of the whole centre and of its teams, month by month."""
    from kefu.platform.metrics.queries import compute

    history.centre(queues=QUEUES, agents=AGENTS, teams=TEAMS)
    history.agent_days(FIRST, (LAST - FIRST).days, agents=AGENTS, queues=QUEUES, teams=TEAMS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM calls_agentday")
        report.note(f"{cursor.fetchone()[0]:,} agent days of {AGENTS:,} agents in {TEAMS} teams")
    metrics = ["occupancy", "utilisation", "handled_per_hour"]
    by_month = best_of(lambda: compute(None, metrics, FIRST, LAST, by=["month"]), 3)
    report.add("explore", "a year by month, three KPIs", ms(by_month), "1 s", by_month, "≤", 1.0)
    by_team = best_of(lambda: compute(None, metrics, FIRST, LAST, by=["month", "team"]), 3)
    report.add("explore", f"a year by month and team ({TEAMS} teams)", ms(by_team), "1 s", by_team, "≤", 1.0)
    cut = best_of(lambda: compute(None, metrics, date(2025, 11, 10), LAST, by=["month"]), 3)
    report.add("explore", "the same from the 10th on (months and days mixed)", ms(cut), "1 s", cut, "≤", 1.0)
    ranking = best_of(lambda: compute(None, metrics, date(2026, 9, 1), date(2026, 10, 1), by=["agent"]), 3)
    hand = best_of(_by_hand, 3)
    report.add(
        "explore", "one month of every agent vs hand-written SQL", ms(ranking), ms(hand), ranking / hand, "≤", 2.5
    )
    layer = best_of(lambda: compute(None, metrics, date(2026, 9, 1), date(2026, 10, 1)), 9)
    plain = best_of(_sums_by_hand, 9)
    report.add(
        "explore", "metric layer vs hand-written SQL, one month in all", ms(layer), ms(plain), layer / plain, "≤", 1.1
    )


def _by_hand() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agent_id, sum(state_talking_seconds), sum(state_holding_seconds), sum(state_wrap_seconds),"
            " sum(state_ready_seconds), sum(state_ringing_seconds), sum(logged_in_seconds), sum(handled)"
            " FROM calls_agentmonth WHERE day >= %s AND day < %s GROUP BY agent_id",
            [date(2026, 9, 1), date(2026, 10, 1)],
        )
        cursor.fetchall()


def _sums_by_hand() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(state_talking_seconds), sum(state_holding_seconds), sum(state_wrap_seconds),"
            " sum(state_ready_seconds), sum(state_ringing_seconds), sum(logged_in_seconds), sum(handled)"
            " FROM calls_agentmonth WHERE day >= %s AND day < %s",
            [date(2026, 9, 1), date(2026, 10, 1)],
        )
        cursor.fetchall()
