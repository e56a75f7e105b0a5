"""Upkeep of the flows: what became of visits, and what conversations were, by the quarter in which it came to pass.

A flow's row belongs to the quarter of arrival like a queue's fact and is written with it, from the same dirty buckets;
its event may lie in any later quarter. So no visit has to be looked for by the moment of its outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kefu.areas.calls.services.sums import DONE, QUEUE_FLOW, TEAM_FLOW, local_slot

TABLES = ("queueflow", "teamflow")


def insert(cursor: Any, on: str, bounds: Sequence[date]) -> None:
    """Write the flows of the visits ``v`` that ``on`` selects; none of them may be there."""
    outcome = "coalesce(CASE v.outcome WHEN 'answered' THEN v.answered_at ELSE v.ended_at END, v.slot_at)"
    _insert(cursor, "queueflow", "", outcome, "v.outcome IN ('answered', 'abandoned')", QUEUE_FLOW, on, bounds)
    _insert(cursor, "teamflow", "v.team_node_id, ", "v.ended_at", DONE, TEAM_FLOW, on, bounds)


def _insert(
    cursor: Any,
    table: str,
    team: str,
    event: str,
    counted: str,
    sums: Mapping[str, str],
    on: str,
    bounds: Sequence[date],
) -> None:
    keys = "source_id, queue_id, day, slot_at, event_at" + (", node_id" if team else "")
    cursor.execute(
        f"""
        INSERT INTO calls_{table} ({keys}, {", ".join(sums)}, event_day, event_slot)
        SELECT p.*, (p.event_at AT TIME ZONE s.time_zone)::date, {local_slot("p.event_at")}
        FROM (
          SELECT v.source_id, v.queue_id, v.day, v.slot_at, date_bin('15 minutes', {event}, timestamptz 'epoch') AS event_at,
                 {team}{", ".join(sums.values())}
          FROM calls_queuevisit v {on}
          WHERE {counted} AND v.day BETWEEN %s AND %s
          GROUP BY {"1, 2, 3, 4, 5, 6" if team else "1, 2, 3, 4, 5"}
        ) p JOIN calls_source s ON s.id = p.source_id
        """,  # noqa: S608
        bounds,
    )
