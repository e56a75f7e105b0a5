"""Upkeep of the interval facts: dirty buckets are computed again from visits, rings and states, set by set.

Keys of dirty buckets: ``["q", source, queue, day, slot]`` (a queue's quarter, slot in seconds since the epoch),
``["a", source, agent, day, slot]`` (an agent's day from that quarter on) and ``["d", source, day]`` (everything of a source's day).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from kefu.areas.calls import rules
from kefu.areas.calls.models import Source
from kefu.areas.calls.services import flows
from kefu.areas.calls.services.context import FACTS
from kefu.areas.calls.services.copying import copy_rows, stamp
from kefu.areas.calls.services.sums import (
    AGENT_COLUMNS,
    AGENT_SUMS,
    MAXIMA,
    QUEUE_COLUMNS,
    QUEUE_SUMS,
    RING_SUMS,
    STATES,
    local_slot,
)
from kefu.platform.metrics import services as metrics
from kefu.platform.metrics.models import DirtyBucket
from kefu.platform.metrics.registry import BucketKey, recomputes

AgentKey = tuple[int, int | None, date]
SAME_AGENT = "{0}.agent_id = k.agent_id"
NO_AGENT = "{0}.agent_id IS NULL AND k.agent_id IS NULL"


@recomputes(FACTS)
def recompute(keys: list[BucketKey]) -> None:
    """Compute dirty buckets again."""
    days = {(int(key[1]), date.fromisoformat(key[2])) for key in keys if key[0] == "d"}
    quarters = [
        (int(key[1]), int(key[2]), date.fromisoformat(key[3]), int(key[4]))
        for key in keys
        if key[0] == "q" and (int(key[1]), date.fromisoformat(key[3])) not in days
    ]
    agents: dict[AgentKey, int] = {}
    for key in keys:
        if key[0] == "a" and (int(key[1]), date.fromisoformat(key[3])) not in days:
            agent = (int(key[1]), key[2], date.fromisoformat(key[3]))
            agents[agent] = min(int(key[4]), agents.get(agent, int(key[4])))
    if days:
        recompute_days(sorted(days))
    if quarters:
        _recompute_quarters(sorted(set(quarters)))
    for named in (True, False):
        chosen = {key: slot for key, slot in agents.items() if (key[1] is not None) is named}
        if chosen:
            _recompute_agents(chosen, SAME_AGENT if named else NO_AGENT)


def refresh() -> int:
    """Compute every dirty bucket again now; returns how many."""
    return metrics.refresh_all(facts=[FACTS])


def is_settled(source: Source) -> bool:
    """Whether no bucket of the source waits to be computed again."""
    return not DirtyBucket.objects.filter(fact=FACTS, key__1=source.pk).exists()


def recompute_days(days: Sequence[tuple[int, date]]) -> None:
    """All facts of whole days of sources, and the months they lie in."""
    with connection.cursor() as cursor:
        _keys(cursor, ("source_id", "day", "since_at"), [(*key, "epoch") for key in days])
        bounds = [min(day for _s, day in days), max(day for _s, day in days)]
        match = "t.source_id = k.source_id AND t.day = k.day"
        for table in ("queuefact", "queueday", "waithistogram", *flows.TABLES, "agentfact", "agentday"):
            cursor.execute(
                f"DELETE FROM calls_{table} t USING calls_keys k WHERE {match} AND t.day BETWEEN %s AND %s",  # noqa: S608
                bounds,
            )
        on = "JOIN calls_keys k ON v.source_id = k.source_id AND v.day = k.day"
        _insert_quarters(cursor, on, bounds)
        _insert_queue_days(cursor, on.replace("v.", "f."), bounds)
        _insert_histogram(cursor, on, bounds)
        flows.insert(cursor, on, bounds)
        _insert_agent_quarters(cursor, on, bounds)
        _insert_agent_days(cursor, on.replace("v.", "f."), bounds)
        months = "(SELECT DISTINCT source_id, date_trunc('month', day)::date AS day FROM calls_keys)"
        _recompute_months(cursor, months, "{0}.source_id = k.source_id")


def _recompute_quarters(quarters: Sequence[tuple[int, int, date, int]]) -> None:
    with connection.cursor() as cursor:
        _keys(cursor, ("source_id", "queue_id", "day", "since_at"), [(*q[:3], stamp(q[3] * 1000)) for q in quarters])
        bounds = [min(q[2] for q in quarters), max(q[2] for q in quarters)]
        cursor.execute(
            "DELETE FROM calls_queuefact t USING calls_keys k"
            " WHERE t.source_id = k.source_id AND t.queue_id = k.queue_id AND t.slot_at = k.since_at"
        )
        on = (
            "JOIN calls_keys k ON v.source_id = k.source_id AND v.queue_id = k.queue_id AND v.slot_at = k.since_at"
            " AND v.day = k.day"
        )
        _insert_quarters(cursor, on, bounds)
        for table in flows.TABLES:
            cursor.execute(
                f"DELETE FROM calls_{table} t USING calls_keys k WHERE t.day = k.day AND t.source_id = k.source_id"  # noqa: S608
                " AND t.queue_id = k.queue_id AND t.slot_at = k.since_at"
            )
        flows.insert(cursor, on, bounds)
        days = "(SELECT DISTINCT source_id, queue_id, day FROM calls_keys)"
        for table in ("queueday", "waithistogram"):
            cursor.execute(
                f"DELETE FROM calls_{table} t USING {days} k"  # noqa: S608
                " WHERE t.source_id = k.source_id AND t.queue_id = k.queue_id AND t.day = k.day"
            )
        on = f"JOIN {days} k ON v.source_id = k.source_id AND v.queue_id = k.queue_id AND v.day = k.day"
        _insert_queue_days(cursor, on.replace("v.", "f."), bounds)
        _insert_histogram(cursor, on, bounds)


def _recompute_agents(agents: Mapping[AgentKey, int], same: str) -> None:
    rows = sorted(
        ((*key, stamp(slot * 1000)) for key, slot in agents.items()), key=lambda row: (row[0], row[1] or 0, row[2])
    )
    with connection.cursor() as cursor:
        _keys(cursor, ("source_id", "agent_id", "day", "since_at"), rows)
        bounds = [min(row[2] for row in rows), max(row[2] for row in rows)]
        match = f"t.source_id = k.source_id AND {same.format('t')} AND t.day = k.day"
        cursor.execute(f"DELETE FROM calls_agentfact t USING calls_keys k WHERE {match} AND t.slot_at >= k.since_at")  # noqa: S608
        cursor.execute(f"DELETE FROM calls_agentday t USING calls_keys k WHERE {match}")  # noqa: S608
        on = f"JOIN calls_keys k ON v.source_id = k.source_id AND {same.format('v')} AND v.day = k.day"
        _insert_agent_quarters(cursor, on, bounds)
        _insert_agent_days(cursor, on.replace("v.", "f."), bounds)
        months = "(SELECT DISTINCT source_id, agent_id, date_trunc('month', day)::date AS day FROM calls_keys)"
        _recompute_months(cursor, months, f"{{0}}.source_id = k.source_id AND {same}")


def _keys(cursor: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The keys to work on, in a temporary table the planner knows the size of."""
    # the aggregates fit into memory; compiling them would cost more than they do
    cursor.execute(
        "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off;"
        " CREATE TEMP TABLE IF NOT EXISTS calls_keys (source_id bigint, queue_id bigint, agent_id bigint, day date,"
        " since_at timestamptz) ON COMMIT DELETE ROWS;"
        " DELETE FROM calls_keys"
    )
    copy_rows("calls_keys", columns, rows)
    cursor.execute("ANALYZE calls_keys")


def _insert_quarters(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    cursor.execute(
        f"INSERT INTO calls_queuefact (source_id, queue_id, node_id, day, slot_at, local_slot, {', '.join(QUEUE_COLUMNS)})"  # noqa: S608
        " SELECT v.source_id, v.queue_id, max(v.queue_node_id), v.day, v.slot_at, min(v.local_slot),"
        f" {', '.join(QUEUE_SUMS.values())} FROM calls_queuevisit v {on} WHERE v.day BETWEEN %s AND %s"
        " GROUP BY v.source_id, v.queue_id, v.day, v.slot_at",
        bounds,
    )


def _insert_queue_days(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    sums = ", ".join(f"{'max' if c in MAXIMA else 'sum'}(f.{c})" for c in QUEUE_COLUMNS)
    cursor.execute(
        f"INSERT INTO calls_queueday (source_id, queue_id, node_id, day, {', '.join(QUEUE_COLUMNS)})"  # noqa: S608
        f" SELECT f.source_id, f.queue_id, max(f.node_id), f.day, {sums} FROM calls_queuefact f {on}"
        " WHERE f.day BETWEEN %s AND %s GROUP BY f.source_id, f.queue_id, f.day",
        bounds,
    )


def _insert_histogram(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    cursor.execute(
        "INSERT INTO calls_waithistogram (source_id, queue_id, node_id, day, bucket, visits)"  # noqa: S608
        " SELECT v.source_id, v.queue_id, max(v.queue_node_id), v.day, width_bucket(v.wait_seconds, %s::int[]) - 1,"
        f" count(*) FROM calls_queuevisit v {on} WHERE v.outcome = 'answered' AND v.day BETWEEN %s AND %s"
        " GROUP BY v.source_id, v.queue_id, v.day, 5",
        [list(rules.WAIT_BOUNDS), *bounds],
    )


def _insert_agent_quarters(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    """Conversations by their arrival and rings by the visit's arrival; states by the quarter in which they passed."""
    _insert_conversations(cursor, on, bounds)
    _insert_states(cursor, on, bounds)


def _insert_conversations(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    keys = "v.source_id, v.agent_id, v.queue_id, v.team_node_id, v.day, v.slot_at"
    states = (*STATES, "logged_in_seconds")
    columns = (*AGENT_SUMS, *states, "ring_no_answer")
    sums = ", ".join((*AGENT_SUMS.values(), *("0" for _ in states), "0"))
    cursor.execute(
        f"""
        INSERT INTO calls_agentfact (source_id, agent_id, queue_id, node_id, day, slot_at, local_slot, {", ".join(columns)})
        SELECT {keys}, min(v.local_slot), {sums}
        FROM calls_queuevisit v {on} AND v.slot_at >= k.since_at
        WHERE v.outcome = 'answered' AND v.day BETWEEN %s AND %s GROUP BY {keys}
        """,  # noqa: S608
        bounds,
    )
    others = tuple(column for column in AGENT_COLUMNS if column not in RING_SUMS)
    names = ", ".join((*RING_SUMS, *others))
    cursor.execute(
        f"""
        INSERT INTO calls_agentfact AS f (source_id, agent_id, queue_id, node_id, day, slot_at, local_slot, {names})
        SELECT p.source_id, p.agent_id, p.queue_id, p.team_node_id, p.day, p.slot_at, {local_slot("p.slot_at")},
               {", ".join(RING_SUMS)}, {", ".join("0" for _ in others)}
        FROM (
          SELECT {keys}, {", ".join(f"{what} AS {column}" for column, what in RING_SUMS.items())}
          FROM calls_ringattempt v {on} AND v.slot_at >= k.since_at
          WHERE v.result IN ('no_answer', 'dumped') AND v.day BETWEEN %s AND %s GROUP BY {keys}
        ) p JOIN calls_source s ON s.id = p.source_id
        ON CONFLICT (day, agent_id, source_id, queue_id, node_id, slot_at)
        DO UPDATE SET {", ".join(f"{column} = f.{column} + EXCLUDED.{column}" for column in RING_SUMS)}
        """,  # noqa: S608
        bounds,
    )


def _insert_states(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    states = ", ".join(
        f"coalesce(sum(seconds) FILTER (WHERE state = '{state}'), 0) AS {column}" for column, state in STATES.items()
    )
    rest = [c for c in AGENT_COLUMNS if c not in STATES and c != "logged_in_seconds"]
    names = ", ".join((*STATES, "logged_in_seconds"))
    cursor.execute(
        f"""
        INSERT INTO calls_agentfact (source_id, agent_id, queue_id, node_id, day, slot_at, local_slot, {names},
                                     {", ".join(rest)})
        SELECT p.source_id, p.agent_id, NULL, p.node_id, p.day, p.slot_at, {local_slot("p.slot_at")}, {names},
               {", ".join("0" for _ in rest)}
        FROM (
          SELECT source_id, agent_id, node_id, day, to_timestamp(quarter * 900) AS slot_at, {states},
                 sum(seconds) AS logged_in_seconds
          FROM (
            SELECT source_id, agent_id, node_id, day, state, quarter,
                   (least(ended, quarter * 900 + 900) - greatest(started, quarter * 900))::int AS seconds
            FROM (
              SELECT source_id, agent_id, node_id, day, state, started, ended,
                     generate_series(greatest(started, since) / 900, (ended - 1) / 900) AS quarter
              FROM (
                SELECT v.source_id, v.agent_id, v.team_node_id AS node_id, v.day, v.state,
                       floor(date_part('epoch', v.started_at))::bigint AS started,
                       floor(date_part('epoch', v.ended_at))::bigint AS ended,
                       date_part('epoch', k.since_at)::bigint AS since
                FROM calls_agentinterval v {on} AND v.ended_at > k.since_at
                WHERE v.ended_at IS NOT NULL AND v.day BETWEEN %s AND %s
              ) spans
            ) cut
          ) pieces GROUP BY source_id, agent_id, node_id, day, quarter
        ) p JOIN calls_source s ON s.id = p.source_id
        """,  # noqa: S608
        bounds,
    )


def _insert_agent_days(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    sums = ", ".join(f"sum(f.{c})" for c in AGENT_COLUMNS)
    cursor.execute(
        f"INSERT INTO calls_agentday (source_id, agent_id, queue_id, node_id, day, {', '.join(AGENT_COLUMNS)})"  # noqa: S608
        f" SELECT f.source_id, f.agent_id, f.queue_id, f.node_id, f.day, {sums} FROM calls_agentfact f {on}"
        " WHERE f.day BETWEEN %s AND %s GROUP BY f.source_id, f.agent_id, f.queue_id, f.node_id, f.day",
        bounds,
    )


def _recompute_months(cursor: Any, months: str, same: str) -> None:
    """The monthly sums of agents, from their days; ``months`` selects which, ``same`` says how a row (``{0}``) matches."""
    sums = ", ".join(f"sum(f.{c})" for c in AGENT_COLUMNS)
    cursor.execute(
        f"DELETE FROM calls_agentmonth t USING {months} k WHERE {same.format('t')} AND t.day = k.day"  # noqa: S608
    )
    cursor.execute(
        f"INSERT INTO calls_agentmonth (source_id, agent_id, queue_id, node_id, day, {', '.join(AGENT_COLUMNS)})"  # noqa: S608
        f" SELECT f.source_id, f.agent_id, f.queue_id, f.node_id, k.day, {sums} FROM calls_agentday f"
        f" JOIN {months} k ON {same.format('f')} AND f.day >= k.day AND f.day < (k.day + interval '1 month')::date"
        " GROUP BY f.source_id, f.agent_id, f.queue_id, f.node_id, k.day"
    )
