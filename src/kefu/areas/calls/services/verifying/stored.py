"""What stands in the tables for one local day of a source, named by codes instead of keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from kefu.areas.calls.models import AgentFact, Queue, QueueFact
from kefu.areas.people.queries import agents_by_id

Row = tuple[Any, ...]

VISIT_FIELDS = (
    "call_key", "number", "queue_id", "agent_id", "entered_at", "answered_at", "ended_at", "outcome", "position",
    "wait_seconds", "ring_seconds", "talk_seconds", "hold_seconds", "wrap_seconds", "handle_seconds", "holds",
    "failed_rings", "target_seconds", "is_within_target", "is_short_abandon", "is_repeat", "first_answer_seconds",
    "first_answer_business_seconds", "released_by", "transfer", "transfer_target", "exit_key", "reason", "satisfaction",
    "slot_at", "local_slot", "queue_node_id", "team_node_id",
)  # fmt: skip
FOLDED = VISIT_FIELDS[: VISIT_FIELDS.index("target_seconds")]
"""The fields that a fold of the raw lines gives."""
INTERVAL_FIELDS = ("agent_key", "agent_id", "started_at", "ended_at", "state", "reason", "queue_id", "team_node_id")
ATTEMPT_FIELDS = (
    "visit_id", "number", "queue_id", "agent_id", "team_node_id", "slot_at", "started_at", "ring_ms", "result",
)  # fmt: skip
KEYS = frozenset(
    {"id", "source_id", "queue_id", "agent_id", "node_id", "day", "slot_at", "local_slot", "bucket", "source", "queue",
     "agent"}
)  # fmt: skip
QUEUE_MEASURES = tuple(f.attname for f in QueueFact._meta.concrete_fields if f.attname not in KEYS)
AGENT_MEASURES = tuple(f.attname for f in AgentFact._meta.concrete_fields if f.attname not in KEYS)


@dataclass(slots=True)
class Day:
    """The rows of one day: values by name."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    intervals: list[dict[str, Any]] = field(default_factory=list)


def read_day(source_id: int, day: date) -> Day:
    """Visits, attempts and intervals of a day."""
    return Day(
        read_rows("calls_queuevisit", VISIT_FIELDS, source_id, day),
        read_rows("calls_ringattempt", ATTEMPT_FIELDS, source_id, day),
        read_rows("calls_agentinterval", INTERVAL_FIELDS, source_id, day),
    )


def read_facts(
    table: str, keys: tuple[str, ...], measures: tuple[str, ...], source_id: int, day: date
) -> dict[Row, Row]:
    """A fact table's rows of a day: key → measures."""
    return {
        tuple(row[k] for k in keys): tuple(int(row[m]) for m in measures)
        for row in read_rows(table, (*keys, *measures), source_id, day)
    }


def days_with_rows(source_id: int, first: date | None, last: date | None) -> list[date]:
    """The local days on which the source has anything stored."""
    tables = ("rawevent", "queuevisit", "agentinterval", "queueday", "agentday")
    union = " UNION ".join(f"SELECT DISTINCT day FROM calls_{table} WHERE source_id = %s" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day FROM ({union}) AS d WHERE day >= %s AND day <= %s ORDER BY day",  # noqa: S608
            [*[source_id] * len(tables), first or date(1, 1, 1), last or date(9999, 12, 31)],
        )
        return [row[0] for row in cursor.fetchall()]


class Codes:
    """Codes of queues and agents by key, for rows that must read alike in every database."""

    def __init__(self) -> None:
        self.queues: dict[int | None, str] = dict(Queue.objects.values_list("id", "code"))
        self.agents: dict[int | None, str] = {}

    def know(self, agent_ids: set[int]) -> None:
        """Have these agents' codes ready."""
        missing = agent_ids - set(self.agents)
        if missing:
            self.agents.update({key: person.code for key, person in agents_by_id(missing).items()})

    def named(self, row: dict[str, Any], fields: tuple[str, ...]) -> str:
        """A row's values as one line: keys by their codes, scope nodes and ids left out."""
        parts = []
        for name in fields:
            value = row[name]
            if name == "queue_id":
                value = self.queues.get(value, "")
            elif name == "agent_id":
                value = self.agents.get(value, "")
            elif name.endswith("node_id") or name == "visit_id":
                continue
            elif isinstance(value, datetime):
                value = int(value.timestamp() * 1000)
            parts.append("" if value is None else str(value))
        return "\x1f".join(parts)


def read_rows(table: str, fields: tuple[str, ...], source_id: int, day: date) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(fields)} FROM {table} WHERE source_id = %s AND day = %s",  # noqa: S608
            [source_id, day],
        )
        return [dict(zip(fields, row, strict=True)) for row in cursor.fetchall()]
