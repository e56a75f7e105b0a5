"""Large, plausible tables made inside the database: the same for the same seed, a million rows in seconds."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

SOURCE = 1


def centre(*, queues: int, agents: int, teams: int = 0) -> None:
    """A source, ``queues`` queues and ``agents`` agents, the latter in ``teams`` units of the scope tree."""
    from kefu.areas.calls.models import Queue, Source
    from kefu.areas.people.models import Agent
    from kefu.platform.access.models import ScopeNode

    Source.objects.bulk_create([Source(pk=SOURCE, code="bench", name="bench", kind="asterisk-queue-log")])
    Queue.objects.bulk_create(Queue(pk=n, code=f"q{n}", name=f"q{n}", is_arranged=True) for n in range(1, queues + 1))
    Agent.objects.bulk_create((Agent(pk=n, code=f"a{n}", name=f"a{n}") for n in range(1, agents + 1)), batch_size=5000)
    ScopeNode.objects.bulk_create(
        ScopeNode(pk=1000 + n, kind="team", code=f"team{n}", name=f"team{n}") for n in range(1, teams + 1)
    )


def partitions(first: date, last: date) -> None:
    """The partitions that these days need."""
    from kefu.areas.calls.models import AgentInterval, Contact, QueueVisit, RingAttempt
    from kefu.platform.partitions import monthly

    for model in (QueueVisit, Contact, RingAttempt, AgentInterval):
        monthly.ensure(model, first, last)


def visits(count: int, day: date, *, days: int, queues: int, agents: int, teams: int = 1) -> None:
    """``count`` visits spread over ``days`` from ``day`` on, 95 % answered, in office hours."""
    partitions(day, day + timedelta(days=days))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(
            """
            INSERT INTO calls_queuevisit (
                id, day, source_id, contact_id, call_key, number, queue_id, agent_id, team_node_id, entered_at, slot_at,
                local_slot, answered_at, ended_at, outcome, position, wait_seconds, ring_seconds, talk_seconds,
                hold_seconds, wrap_seconds, handle_seconds, holds, failed_rings, target_seconds, is_within_target,
                is_short_abandon, is_repeat, released_by, transfer, transfer_target, exit_key, reason, disposition_note
            )
            SELECT uuid, (entered AT TIME ZONE 'Asia/Shanghai')::date, %(source)s, uuid, 'c' || n, 1,
                1 + n %% %(queues)s, CASE WHEN answered THEN agent END, CASE WHEN answered THEN 1001 + agent %% %(teams)s END,
                entered, date_bin('15 minutes', entered, '2000-01-01 00:00+00'),
                (extract(epoch FROM entered - date_trunc('day', entered, 'Asia/Shanghai')) / 900)::int,
                CASE WHEN answered THEN entered + wait * interval '1 second' END,
                entered + (wait + CASE WHEN answered THEN talk ELSE 0 END) * interval '1 second',
                CASE WHEN answered THEN 'answered' ELSE 'abandoned' END, 1, wait, least(wait, 3),
                CASE WHEN answered THEN talk ELSE 0 END, 0, CASE WHEN answered THEN 30 ELSE 0 END,
                CASE WHEN answered THEN talk + 30 ELSE 0 END, 0, 0, 20, wait <= 20, NOT answered AND wait < 5, false,
                CASE WHEN answered THEN 'caller' ELSE '' END, '', '', '', '', ''
            FROM (
                SELECT n, gen_random_uuid() AS uuid, 1 + (random() * (%(agents)s - 1))::int AS agent,
                    (%(day)s::date + (n %% %(days)s) * interval '1 day') AT TIME ZONE 'Asia/Shanghai'
                        + floor(28800 + random() * 50000) * interval '1 second' AS entered,
                    floor(-14 * ln(1 - random()))::int AS wait, floor(-180 * ln(1 - random()))::int AS talk,
                    random() < 0.95 AS answered
                FROM generate_series(1, %(count)s) AS n OFFSET 0
            ) AS drawn
            """,
            {
                "source": SOURCE,
                "queues": queues,
                "agents": agents,
                "teams": max(teams, 1),
                "day": day,
                "days": days,
                "count": count,
            },
        )
        cursor.execute("ANALYZE calls_queuevisit")


def agent_days(first: date, days: int, *, agents: int, queues: int, teams: int) -> None:
    """A year of agents' days (state seconds and one queue's conversations) and their months."""
    from kefu.areas.calls.models import AgentDay, AgentMonth

    shared = [
        field.column
        for field in AgentDay._meta.concrete_fields
        if field.column not in {"id", "source_id", "agent_id", "queue_id", "node_id", "day"}
    ]
    numbers = ", ".join(f"(random() * 300)::int AS {column}" for column in shared)
    columns = ", ".join(shared)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        for with_queue in (False, True):
            queue = f"1 + a %% {queues}" if with_queue else "NULL::bigint"
            cursor.execute(
                f"""
                INSERT INTO {AgentDay._meta.db_table} (source_id, agent_id, queue_id, node_id, day, {columns})
                SELECT %s, a, {queue}, 1001 + a %% %s, %s::date + d, {numbers}
                FROM generate_series(1, %s) AS a, generate_series(0, %s) AS d
                """,
                [SOURCE, teams, first, agents, days - 1],
            )
        sums = ", ".join(f"sum({column})" for column in shared)
        cursor.execute(
            f"""
            INSERT INTO {AgentMonth._meta.db_table} (source_id, agent_id, queue_id, node_id, day, {columns})
            SELECT source_id, agent_id, queue_id, node_id, date_trunc('month', day)::date, {sums}
            FROM {AgentDay._meta.db_table} GROUP BY 1, 2, 3, 4, 5
            """
        )
        cursor.execute(f"ANALYZE {AgentDay._meta.db_table}")
        cursor.execute(f"ANALYZE {AgentMonth._meta.db_table}")
