"""From raw lines to canonical events: normalising batches, keeping personal values out, reading events back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from kefu.areas.calls.engine.types import CanonicalEvent
from kefu.areas.calls.models import CallEvent
from kefu.areas.calls.services.context import Context
from kefu.areas.calls.services.copying import copy_lines, dumps, escape, stamp
from kefu.platform.partitions import monthly
from kefu.platform.privacy import services as privacy

NUMBER = re.compile(r"\d{7,}")
RawRow = tuple[date, bytes, int, int, int, str]
"""day, hash, nth, at_ms, ordinal, text"""
COLUMNS = (
    "day", "source_id", "line_hash", "nth", "part", "occurred_at", "ordinal", "type", "call_key", "queue_key",
    "agent_key", "data", "normaliser_version",
)  # fmt: skip
EVENT_SELECT = (
    "SELECT call_key, (extract(epoch FROM occurred_at) * 1000)::bigint, ordinal, part, type, queue_key, agent_key, data"
    " FROM calls_callevent"
)


def read_raw(condition: str, values: Sequence[Any]) -> list[RawRow]:
    """Raw rows that meet a condition (ours, never a user's)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, line_hash, nth, (extract(epoch FROM occurred_at) * 1000)::bigint, ordinal, text"  # noqa: S608
            f" FROM calls_rawevent WHERE {condition}",
            values,
        )
        return cursor.fetchall()


def normalise(ctx: Context, rows: Iterable[RawRow]) -> list[tuple[RawRow, CanonicalEvent]]:
    """The events of raw rows, personal values replaced by tokens of the vault."""
    events, options = ctx.format.events, ctx.source.options
    found = [(row, event) for row in rows for event in events(row[5], row[3], row[4], options)]
    conceal([event.data for _row, event in found])
    return found


def conceal(datas: list[dict[str, Any]]) -> None:
    """Replace callers and their names by tokens (hex), and long numbers in free text by masks, in place."""
    wanted: dict[str, set[str]] = {}
    for data in datas:
        if caller := data.get("caller"):
            wanted.setdefault(str(data.get("caller_kind", "phone")), set()).add(str(caller))
        if name := data.get("caller_name"):
            wanted.setdefault("name", set()).add(str(name))
    tokens = {kind: privacy.tokenise(kind, sorted(values)) for kind, values in wanted.items()}
    for data in datas:
        if caller := data.get("caller"):
            _put(data, "caller", tokens[str(data.get("caller_kind", "phone"))].get(str(caller)))
        if name := data.get("caller_name"):
            _put(data, "caller_name", tokens["name"].get(str(name)))
        data.pop("url", None)  # a pop-up's address may carry the number; the raw line keeps it
        for key in ("target", "text", "reason", "did"):
            value = data.get(key)
            if isinstance(value, str) and NUMBER.search(value):
                data[key] = masked_text(value)


def masked_text(text: str) -> str:
    """A text in which long numbers keep only their last four digits."""
    return NUMBER.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)


def _put(data: dict[str, Any], key: str, token: bytes | None) -> None:
    if token is None:
        data.pop(key, None)
    else:
        data[key] = token.hex()


def store(ctx: Context, found: list[tuple[RawRow, CanonicalEvent]]) -> bool:
    """Write canonical events; whether all of them were new (an event whose place changed is corrected)."""
    monthly.ensure_days([CallEvent], {row[0] for row, _event in found})
    version, source_id = ctx.format.version, ctx.source.pk
    days = {row[0]: row[0].isoformat() for row, _event in found}
    lines = [
        f"{days[row[0]]}\t{source_id}\t\\\\x{row[1].hex()}\t{row[2]}\t{event.part}\t{stamp(event.at_ms)}\t{event.ordinal}"
        f"\t{event.type}\t{escape(event.call)}\t{escape(event.queue)}\t{escape(event.agent)}"
        f"\t{escape(dumps(event.data)) if event.data else '{}'}\t{version}"
        for row, event in found
    ]
    if _copied(lines):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS calls_events_in (LIKE calls_callevent) ON COMMIT DELETE ROWS;"
            "TRUNCATE calls_events_in"
        )
        count = copy_lines("calls_events_in", COLUMNS, lines)
        columns = ", ".join(COLUMNS)
        cursor.execute(
            f"INSERT INTO calls_callevent ({columns}) SELECT {columns} FROM calls_events_in ON CONFLICT DO NOTHING"  # noqa: S608
        )
        if cursor.rowcount == count:
            return True
        cursor.execute(
            """
            UPDATE calls_callevent e SET ordinal = n.ordinal, type = n.type, call_key = n.call_key,
              queue_key = n.queue_key, agent_key = n.agent_key, data = n.data, occurred_at = n.occurred_at,
              normaliser_version = n.normaliser_version
            FROM calls_events_in n
            WHERE e.day = n.day AND e.source_id = n.source_id AND e.line_hash = n.line_hash AND e.nth = n.nth
              AND e.part = n.part AND (e.ordinal, e.type, e.data) IS DISTINCT FROM (n.ordinal, n.type, n.data)
            """
        )
    return False


def _copied(lines: list[str]) -> bool:
    """Write events at once; whether none of them was there."""
    try:
        with transaction.atomic():
            copy_lines("calls_callevent", COLUMNS, lines)
    except UniqueViolation:
        return False
    return True


def known_calls(ctx: Context, keys: Sequence[str]) -> set[str]:
    """Those of the calls of which events are stored already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT call_key FROM calls_callevent"
            " WHERE source_id = %s AND call_key = ANY(%s) AND call_key <> ''",
            [ctx.source.pk, list(keys)],
        )
        return {row[0] for row in cursor.fetchall()}


def events_of_calls(ctx: Context, keys: Sequence[str]) -> dict[str, list[CanonicalEvent]]:
    """All stored events of these calls."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{EVENT_SELECT} WHERE source_id = %s AND call_key = ANY(%s) AND call_key <> ''",
            [ctx.source.pk, list(keys)],
        )
        return _by(cursor.fetchall(), 0)


def events_of_agent(ctx: Context, key: str, since_ms: int) -> list[CanonicalEvent]:
    """The stored events of one agent from an instant on, with the restarts of its source."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{EVENT_SELECT} WHERE source_id = %s AND agent_key = %s AND agent_key <> ''"
            " AND occurred_at >= to_timestamp(%s)"
            f" UNION ALL {EVENT_SELECT} WHERE source_id = %s AND type = 'source_started'"
            " AND occurred_at >= to_timestamp(%s)",
            [ctx.source.pk, key, since_ms / 1000, ctx.source.pk, since_ms / 1000],
        )
        return [event for events in _by(cursor.fetchall(), 0).values() for event in events]


def starts_since(ctx: Context, at_ms: int) -> list[tuple[int, int]]:
    """When the source (re)started, from an instant on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (extract(epoch FROM occurred_at) * 1000)::bigint, ordinal FROM calls_callevent"
            " WHERE source_id = %s AND type = 'source_started' AND occurred_at >= to_timestamp(%s) ORDER BY 1, 2",
            [ctx.source.pk, at_ms / 1000],
        )
        return cursor.fetchall()


def _by(rows: Iterable[tuple[Any, ...]], _column: int) -> dict[str, list[CanonicalEvent]]:
    found: dict[str, list[CanonicalEvent]] = {}
    for call, at_ms, ordinal, part, type_, queue, agent, data in rows:
        found.setdefault(call, []).append(
            CanonicalEvent(at_ms, ordinal, part, type_, call, queue, agent, data if type(data) is dict else _load(data))
        )
    return found


def _load(data: Any) -> dict[str, Any]:
    return dict(json.loads(data)) if isinstance(data, str | bytes) else dict(data or {})
