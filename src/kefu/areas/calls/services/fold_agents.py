"""Re-folding agents: their events to intervals, going on from where the fold stood or again from an earlier midnight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zlib import crc32

from django.db import connection

from kefu.areas.calls.engine.agents import Machine, State, cut_at, open_intervals
from kefu.areas.calls.engine.types import CanonicalEvent, Interval
from kefu.areas.calls.engine.visits import in_order
from kefu.areas.calls.models import AgentCarry, AgentInterval
from kefu.areas.calls.services import events as log
from kefu.areas.calls.services.context import Context
from kefu.areas.calls.services.copying import copy_lines, copy_rows, escape, stamp
from kefu.areas.calls.services.fold_calls import Folded
from kefu.platform.partitions import monthly

COLUMNS = (
    "day", "source_id", "agent_id", "agent_key", "started_at", "number", "ended_at", "state", "reason", "queue_id",
    "visit_id", "team_node_id",
)  # fmt: skip
NULL = "\\N"
CARRY_COLUMNS = ("source_id", "agent_key", "day", "state", "last_key")
Key = tuple[int, int, int]


@dataclass(slots=True)
class Track:
    """One agent's fold: intervals from ``since_ms`` on replace those stored."""

    agent: str
    machine: Machine
    since_ms: int | None
    last_key: Key | None = None
    snapshots: dict[date, State] = field(default_factory=dict)
    restarted_from: date | None = None
    is_refold: bool = False


def fold_agents(
    ctx: Context, new: Iterable[CanonicalEvent], *, all_new: bool, stale: Mapping[str, int] | None = None
) -> list[Track]:
    """The tracks of every agent that the new events concern.

    Where all of an agent's new events come after its last, the fold goes on from there; otherwise, and when stored
    events changed their place (``all_new`` is false), it begins again at the last midnight before them. ``stale``
    names agents whose stored events changed, with the instant from which on.
    """
    own: dict[str, list[CanonicalEvent]] = {}
    restarts: list[CanonicalEvent] = []
    for event in new:
        if event.at_ms < ctx.history_ms:
            continue  # the states of that time are loaded history
        if event.type == "source_started":
            restarts.append(event)
        elif event.agent:
            own.setdefault(event.agent, []).append(event)
    if restarts:
        for key in AgentCarry.objects.filter(source=ctx.source, day=None).values_list("agent_key", flat=True):
            own.setdefault(key, [])
    tracks = [_again(ctx, key, at_ms) for key, at_ms in sorted((stale or {}).items())]
    own = {key: events for key, events in own.items() if key not in (stale or {})}
    if not own:
        return tracks
    earliest = min(event.at_ms for events in [*own.values(), restarts] for event in events)
    starts = log.starts_since(ctx, earliest)
    present = _present(ctx, list(own))
    for key in sorted(own):
        events = in_order([*own[key], *restarts])
        state, last = present.get(key, (None, None))
        first = _key(events[0])
        # a restart that is stored already was played to the agents known then, not to one that is new
        goes_on = first > last if last is not None else not any(start > first[:2] for start in starts)
        if all_new and goes_on:
            track = Track(key, _machine(ctx, key, state), _open_since(state), last)
            _play(ctx, track, events)
        else:
            track = _again(ctx, key, events[0].at_ms)
        tracks.append(track)
    return tracks


def _again(ctx: Context, key: str, at_ms: int) -> Track:
    """Fold an agent anew from the last midnight kept before an instant."""
    day = ctx.slots.of(at_ms).day
    kept = (
        AgentCarry.objects.filter(source=ctx.source, agent_key=key, day__lte=day)
        .order_by("-day")
        .values("day", "state")
    )
    snapshot: Any = kept.first()
    midnight = ctx.slots.midnight_ms(snapshot["day"]) if snapshot else -1
    if snapshot is None or midnight < ctx.history_ms:
        # history that was loaded stays: nothing else tells of it
        track = Track(key, _machine(ctx, key, None), ctx.history_ms or -1, restarted_from=date.min, is_refold=True)
        events = log.events_of_agent(ctx, key, ctx.history_ms)
    else:
        state = snapshot["state"]
        since = _open_since(state)
        track = Track(
            key,
            _machine(ctx, key, state),
            midnight if since is None else min(since, midnight),
            restarted_from=snapshot["day"],
            is_refold=True,
        )
        events = log.events_of_agent(ctx, key, midnight)
    _play(ctx, track, in_order(events))
    return track


def _machine(ctx: Context, key: str, state: Mapping[str, Any] | None) -> Machine:
    options = ctx.source.options
    return Machine(
        key,
        state or {"edge": ctx.history_ms},
        implicit=ctx.format.has_sessions,
        wrap_seconds=int(options.get("wrap_seconds") or 0),
        wrap_reasons=[str(reason) for reason in options.get("wrap_reasons") or ()],
    )


def _play(ctx: Context, track: Track, events: Sequence[CanonicalEvent]) -> None:
    """Play events, keeping the state at each midnight that is passed."""
    day = ctx.slots.of(track.last_key[0]).day if track.last_key else None
    for event in events:
        today = ctx.slots.of(event.at_ms).day
        if day is not None and today > day:
            track.snapshots[today] = track.machine.state
        day = today if day is None else max(day, today)
        track.machine.apply(event)
    if events:
        last = _key(events[-1])
        track.last_key = last if track.last_key is None else max(last, track.last_key)


Rows = dict[date, list[str]]
"""Interval rows in COPY's form, by local day."""


def rows_of(ctx: Context, tracks: Sequence[Track], folded: Sequence[Folded]) -> tuple[Rows, dict[str, int]]:
    """Interval rows of the tracks, and the wrap-up seconds of the visits they belong to."""
    intervals = [i for track in tracks for i in (*track.machine.intervals, *open_intervals(track.machine))]
    return interval_rows(ctx, intervals, folded)


def interval_rows(ctx: Context, whole: Sequence[Interval], folded: Sequence[Folded]) -> tuple[Rows, dict[str, int]]:
    """Rows of intervals, cut at local midnight, and the wrap-up seconds of the visits they belong to."""
    of = ctx.slots.of
    intervals: list[Interval] = []
    for interval in whole:
        end = interval.ended_ms
        if end is None or of(interval.started_ms).day == of(end - 1).day:
            intervals.append(interval)
        else:
            intervals += cut_at([interval], ctx.slots.midnights(interval.started_ms, end))
    ctx.names.know({i.queue for i in intervals if i.queue}, {i.agent for i in intervals})
    spoken = _conversations(ctx, {i.call for i in intervals if i.call}, folded)
    rows: Rows = {}
    wraps: dict[str, int] = {}
    source_id = ctx.source.pk
    numbers: dict[str, int] = {}
    for i in intervals:
        day = of(i.started_ms).day
        agent_id = ctx.names.agent(i.agent, day)
        assert agent_id is not None
        visit = _visit_at(spoken.get(i.call), agent_id, i.started_ms) if i.call and i.state != "ringing" else None
        if i.ended_ms is not None:
            ctx.dirt.agent(agent_id, day, of(i.started_ms).second)
            if i.state == "wrap_up" and visit is not None:
                wraps[visit] = wraps.get(visit, 0) + (i.ended_ms - i.started_ms) // 1000
        if i.agent not in numbers:
            numbers[i.agent] = _number(ctx, i.agent, day)
        team = ctx.names.team(agent_id, day)
        rows.setdefault(day, []).append(
            f"{day}\t{source_id}\t{agent_id}\t{escape(i.agent)}\t{stamp(i.started_ms)}\t{numbers[i.agent]}"
            f"\t{NULL if i.ended_ms is None else stamp(i.ended_ms)}\t{i.state}\t{escape(i.reason)}"
            f"\t{ctx.names.queue(i.queue, day) if i.queue else NULL}\t{visit or NULL}\t{NULL if team is None else team}"
        )
    return rows, wraps


def replace(ctx: Context, tracks: Sequence[Track], rows: Rows) -> set[str]:
    """Put the rows in the place of those stored; the visits whose wrap-up was taken out."""
    cleared: set[str] = set()
    changed = [t for t in tracks if t.since_ms is not None]
    with connection.cursor() as cursor:
        if changed:
            cursor.execute(
                """
                DELETE FROM calls_agentinterval i USING unnest(%s::text[], %s::float8[]) AS n(key, since)
                WHERE i.source_id = %s AND i.agent_key = n.key AND i.started_at >= to_timestamp(n.since)
                RETURNING i.agent_id, i.day, extract(epoch FROM i.started_at)::bigint, i.state, i.visit_id,
                  i.ended_at IS NOT NULL
                """,
                [[t.agent for t in changed], [max(t.since_ms or 0, 0) / 1000 for t in changed], ctx.source.pk],
            )
            for agent_id, day, started, state, visit, is_closed in cursor.fetchall():
                if is_closed:
                    ctx.dirt.agent(agent_id, day, ctx.slots.of_second(started).second)
                    if state == "wrap_up" and visit is not None:
                        cleared.add(str(visit))
        write_intervals(rows)
        _keep_carries(cursor, ctx, tracks)
    return cleared


def write_intervals(rows: Rows) -> int:
    """Write interval rows; returns how many."""
    monthly.ensure_days([AgentInterval], rows)
    return copy_lines("calls_agentinterval", COLUMNS, (row for day in sorted(rows) for row in rows[day]))


def _keep_carries(cursor: Any, ctx: Context, tracks: Sequence[Track]) -> None:
    if not tracks:
        return
    source_id = ctx.source.pk
    cursor.execute(
        "DELETE FROM calls_agentcarry WHERE source_id = %s AND day IS NULL AND agent_key = ANY(%s)",
        [source_id, [t.agent for t in tracks]],
    )
    for track in tracks:
        if track.is_refold:
            cursor.execute(
                "DELETE FROM calls_agentcarry WHERE source_id = %s AND agent_key = %s AND day > %s",
                [source_id, track.agent, track.restarted_from],
            )
    rows: list[tuple[Any, ...]] = []
    for track in tracks:
        rows.append((source_id, track.agent, None, track.machine.state, list(track.last_key or ())))
        rows += [(source_id, track.agent, day, state, []) for day, state in sorted(track.snapshots.items())]
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS calls_carry_in"
        " (source_id bigint, agent_key text, day date, state jsonb, last_key jsonb) ON COMMIT DELETE ROWS;"
        "TRUNCATE calls_carry_in"
    )
    copy_rows("calls_carry_in", CARRY_COLUMNS, rows)
    cursor.execute(
        "INSERT INTO calls_agentcarry (source_id, agent_key, day, state, last_key)"
        " SELECT source_id, agent_key, day, state, last_key FROM calls_carry_in"
        " ON CONFLICT (source_id, agent_key, day) DO UPDATE SET state = EXCLUDED.state, last_key = EXCLUDED.last_key"
    )


def apply_wraps(ctx: Context, wraps: Mapping[str, int]) -> None:
    """Set the wrap-up time of stored visits, marking their buckets."""
    if not wraps:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE calls_queuevisit v SET wrap_seconds = n.wrap,
              handle_seconds = v.talk_seconds + v.hold_seconds + n.wrap
            FROM unnest(%s::uuid[], %s::int[]) AS n(id, wrap)
            WHERE v.id = n.id AND v.wrap_seconds <> n.wrap
            RETURNING v.queue_id, v.agent_id, v.day, extract(epoch FROM v.slot_at)::bigint
            """,
            [list(wraps), list(wraps.values())],
        )
        for queue_id, agent_id, day, slot in cursor.fetchall():
            ctx.dirt.queue(queue_id, day, slot)
            ctx.dirt.agent(agent_id, day, slot)


_Spoken = list[tuple[int, int | None, str]]
"""(answered_ms, agent id, visit id), ascending"""


def _conversations(ctx: Context, calls: set[str], folded: Sequence[Folded]) -> dict[str, _Spoken]:
    found: dict[str, _Spoken] = {}
    for call in folded:
        if call.key not in calls:
            continue
        spoken: _Spoken = []
        for visit, id_ in zip(call.visits, call.ids, strict=True):
            if visit.answered_ms is not None:
                day = ctx.slots.of(visit.entered_ms).day
                spoken.append((visit.answered_ms, ctx.names.agent(visit.agent, day), id_))
        found[call.key] = sorted(spoken, key=lambda s: s[0])
    missing = calls - {call.key for call in folded}
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT call_key, (extract(epoch FROM answered_at) * 1000)::bigint, agent_id, id FROM calls_queuevisit"
                " WHERE source_id = %s AND call_key = ANY(%s) AND answered_at IS NOT NULL ORDER BY answered_at",
                [ctx.source.pk, list(missing)],
            )
            for key, at_ms, agent_id, id_ in cursor.fetchall():
                found.setdefault(key, []).append((at_ms, agent_id, str(id_)))
    return found


def _visit_at(spoken: _Spoken | None, agent_id: int, at_ms: int) -> str | None:
    """The visit an agent was in, or had just been in, at an instant."""
    if not spoken:
        return None
    own = [s for s in spoken if s[1] == agent_id]
    before = [s for s in own if s[0] <= at_ms + 999]
    if before:
        return before[-1][2]
    return own[0][2] if own else None


def _present(ctx: Context, keys: Sequence[str]) -> dict[str, tuple[State, Key | None]]:
    rows = AgentCarry.objects.filter(source=ctx.source, day=None, agent_key__in=keys)
    return {
        key: (state, tuple(last) if last else None)
        for key, state, last in rows.values_list("agent_key", "state", "last_key")
    }


def _open_since(state: Mapping[str, Any] | None) -> int | None:
    return int(state["open"][1]) if state and state.get("open") else None


def _key(event: CanonicalEvent) -> Key:
    return event.at_ms, event.ordinal, event.part


def _number(ctx: Context, key: str, day: date) -> int:
    return 0 if ctx.names.is_own_code(key, day) else crc32(key.encode()) & 0x7FFFFFFF
