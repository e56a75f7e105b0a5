"""Re-folding calls: their events to contacts, visits and failed rings, written anew as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db import connection

from kefu.areas.calls import rules
from kefu.areas.calls.engine.slots import utc
from kefu.areas.calls.engine.types import CanonicalEvent, Visit
from kefu.areas.calls.engine.visits import Moment, caller_of, fold_call, in_order
from kefu.areas.calls.models import Contact, QueueVisit, RingAttempt
from kefu.areas.calls.services.context import Context, contact_id, visit_id
from kefu.areas.calls.services.copying import copy_lines, escape, stamp
from kefu.platform.partitions import monthly

VISIT_COLUMNS = (
    "id", "day", "source_id", "contact_id", "call_key", "number", "queue_id", "queue_node_id", "agent_id",
    "team_node_id", "caller_token", "caller_name_token", "entered_at", "slot_at", "local_slot", "answered_at",
    "ended_at", "outcome", "position", "wait_seconds", "ring_seconds", "talk_seconds", "hold_seconds", "wrap_seconds",
    "handle_seconds", "holds", "failed_rings", "target_seconds", "is_within_target", "is_short_abandon", "is_repeat",
    "first_answer_seconds", "first_answer_business_seconds", "released_by", "transfer", "transfer_target", "exit_key",
    "reason", "satisfaction", "disposition_id", "disposition_note", "disposed_at",
)  # fmt: skip
ATTEMPT_COLUMNS = (
    "day", "visit_id", "number", "source_id", "queue_id", "agent_id", "team_node_id", "slot_at", "started_at",
    "ring_ms", "result",
)  # fmt: skip
CONTACT_COLUMNS = (
    "id", "day", "source_id", "call_key", "journey_id", "caller_token", "started_at", "ended_at", "first_answered_at",
    "visits", "days_since_previous",
)  # fmt: skip
NOT_ACCEPTED = frozenset({"no_answer", "dumped"})


@dataclass(slots=True)
class Folded:
    """A call as it stands now."""

    key: str
    visits: list[Visit]
    started_ms: int
    caller: str
    journey: str = ""
    ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Before:
    """What is kept of a visit when it is written anew."""

    agent_id: int | None
    wrap_seconds: int
    disposition_id: int | None
    disposition_note: str
    disposed_at: Any


def fold_calls(ctx: Context, calls: Mapping[str, Iterable[CanonicalEvent]], starts: Sequence[Moment]) -> list[Folded]:
    """Contacts and visits of the calls; those that are no contact yet (nothing but remarks) are left out."""
    found = []
    loaded = loaded_calls(ctx, calls)
    for key, events in calls.items():
        if key in loaded:
            continue
        known = list(events)
        visits = fold_call(known, starts)
        offered = [event for event in known if event.type == "offered"]
        if not visits and not offered:
            continue
        started = min([v.entered_ms for v in visits] + [e.at_ms for e in offered])
        if started < ctx.history_ms:
            continue
        linked = next((str(e.data["linked"]) for e in in_order(known) if e.data.get("linked")), "")
        code = ctx.source.code
        ids = [visit_id(code, key, visit.number) for visit in visits]
        found.append(Folded(key, visits, started, caller_of(known)[0], linked, ids))
    return found


def loaded_calls(ctx: Context, keys: Iterable[str]) -> set[str]:
    """Those of the calls that are loaded history: what the raw log says of them changes nothing."""
    if not ctx.history_ms:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT call_key FROM calls_contact WHERE source_id = %s AND call_key = ANY(%s) AND started_at < %s",
            [ctx.source.pk, list(keys), utc(ctx.history_ms)],
        )
        return {row[0] for row in cursor.fetchall()}


def remove_calls(ctx: Context, keys: Sequence[str]) -> tuple[dict[str, Before], set[bytes]]:
    """Take the calls out, marking the buckets they were counted in; what must survive, and their callers' tokens."""
    before: dict[str, Before] = {}
    tokens: set[bytes] = set()
    if not keys:
        return before, tokens
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM calls_queuevisit WHERE source_id = %s AND call_key = ANY(%s) RETURNING day, id, queue_id,"
            " agent_id, extract(epoch FROM slot_at)::bigint, wrap_seconds, disposition_id, disposition_note,"
            " disposed_at, outcome",
            [ctx.source.pk, list(keys)],
        )
        rows = cursor.fetchall()
        for day, id_, queue_id, agent_id, slot, wrap, disposition, note, disposed_at, outcome in rows:
            before[str(id_)] = Before(agent_id, wrap, disposition, note, disposed_at)
            ctx.dirt.queue(queue_id, day, slot)
            ctx.dirt.agent(agent_id, day, slot, nameless=outcome == "answered")
        if rows:
            cursor.execute(
                "DELETE FROM calls_ringattempt WHERE day = ANY(%s) AND visit_id = ANY(%s)"
                " RETURNING agent_id, day, extract(epoch FROM slot_at)::bigint",
                [sorted({row[0] for row in rows}), [row[1] for row in rows]],
            )
            for agent_id, day, slot in cursor.fetchall():
                ctx.dirt.agent(agent_id, day, slot)
        cursor.execute(
            "DELETE FROM calls_contact WHERE source_id = %s AND call_key = ANY(%s) RETURNING caller_token",
            [ctx.source.pk, list(keys)],
        )
        tokens = {bytes(row[0]) for row in cursor.fetchall() if row[0] is not None}
    return before, tokens


@dataclass(slots=True)
class CallRows:
    """Rows of calls in COPY's form, by local day, and what hangs on them."""

    contacts: dict[date, list[str]] = field(default_factory=dict)
    visits: dict[date, list[str]] = field(default_factory=dict)
    attempts: dict[date, list[str]] = field(default_factory=dict)
    tokens: set[bytes] = field(default_factory=set)
    recordings: list[tuple[str, str]] = field(default_factory=list)


def write_calls(
    ctx: Context,
    folded: Sequence[Folded],
    before: Mapping[str, Before],
    wraps: Mapping[str, int],
) -> set[bytes]:
    """Write contacts, visits and attempts, marking their buckets; the callers' tokens."""
    rows = rows_of_calls(ctx, folded, before, wraps)
    monthly.ensure_days([QueueVisit, RingAttempt], rows.visits)
    monthly.ensure_days([Contact], rows.contacts)
    copy_lines("calls_contact", CONTACT_COLUMNS, chain.from_iterable(rows.contacts.values()))
    copy_lines("calls_queuevisit", VISIT_COLUMNS, chain.from_iterable(rows.visits.values()))
    copy_lines("calls_ringattempt", ATTEMPT_COLUMNS, chain.from_iterable(rows.attempts.values()))
    note_recordings(ctx, rows.recordings)
    return rows.tokens


def rows_of_calls(
    ctx: Context,
    folded: Sequence[Folded],
    before: Mapping[str, Before],
    wraps: Mapping[str, int],
) -> CallRows:
    """The rows of contacts, visits and attempts; marks their buckets."""
    of = ctx.slots.of
    rows = CallRows()
    for call in folded:
        contact = contact_id(ctx.source.code, call.key)
        if call.caller:
            rows.tokens.add(bytes.fromhex(call.caller))
        first = next((v for v in call.visits if v.answered_ms is not None), None)
        for visit, id_ in zip(call.visits, call.ids, strict=True):
            row, rings = _visit_rows(ctx, call, contact, visit, id_, before.get(id_), wraps.get(id_), visit is first)
            day = of(visit.entered_ms).day
            rows.visits.setdefault(day, []).append(row)
            if rings:
                rows.attempts.setdefault(day, []).extend(rings)
            if visit.recording:
                rows.recordings.append((id_, visit.recording[:300]))
        ends = [v.ended_ms for v in call.visits]
        ended = None if not ends or None in ends else max(e for e in ends if e is not None)
        journey = contact_id(ctx.source.code, f"journey\0{call.journey}") if call.journey else contact
        day = of(call.started_ms).day
        rows.contacts.setdefault(day, []).append(
            f"{contact}\t{day}\t{ctx.source.pk}\t{escape(call.key)}\t{journey}\t{_bytes(call.caller)}"
            f"\t{stamp(call.started_ms)}\t{_at(ended)}\t{_at(first.answered_ms if first else None)}"
            f"\t{len(call.visits)}\t\\N"
        )
    return rows


def _visit_rows(
    ctx: Context,
    call: Folded,
    contact: str,
    visit: Visit,
    id_: str,
    before: Before | None,
    wrap: int | None,
    is_first_answer: bool,
) -> tuple[str, list[str]]:
    slot = ctx.slots.of(visit.entered_ms)
    day = slot.day
    queue = ctx.names.cards[ctx.names.queue(visit.queue, day)]
    agent_id = ctx.names.agent(visit.agent, day)
    team = ctx.names.team(agent_id, day)
    limits = ctx.limits(day)
    target = limits.target_of(queue.target_seconds)
    ctx.dirt.queue(queue.id, day, slot.second)
    ctx.dirt.agent(agent_id, day, slot.second, nameless=visit.outcome == "answered")
    if wrap is None:
        wrap = visit.wrap_seconds
        if not wrap and before is not None and before.agent_id == agent_id and ctx.format.measures_wrap:
            wrap = before.wrap_seconds
    first = business = None
    if is_first_answer and visit.answered_ms is not None:
        first = max(visit.answered_ms - call.started_ms, 0) // 1000
        business = ctx.open_seconds(queue.calendar_id, call.started_ms, visit.answered_ms)
    attempts: list[str] = []
    slot_at = stamp(slot.second * 1000)
    failed = 0
    for number, ring in enumerate(visit.attempts, start=1):
        rung = ctx.names.agent(ring.agent, day)
        if rung is None:
            continue
        failed += ring.result in NOT_ACCEPTED
        ctx.dirt.agent(rung, day, slot.second)
        attempts.append(
            f"{day}\t{id_}\t{number}\t{ctx.source.pk}\t{queue.id}\t{rung}\t{_n(ctx.names.team(rung, day))}\t{slot_at}"
            f"\t{stamp(ring.started_ms)}\t{min(max(ring.ended_ms - ring.started_ms, 0), 2**31 - 1)}\t{ring.result}"
        )
    disposition = before.disposition_id if before and before.disposition_id else None
    if disposition is None:
        disposition = ctx.names.disposition(visit.disposition)
    note = escape(before.disposition_note) if before else ""
    disposed_at = before.disposed_at.isoformat() if before and before.disposed_at else "\\N"
    outcome, wait = visit.outcome, visit.wait_seconds
    within = _b(rules.is_within_target(outcome, wait, target))
    short = _b(rules.is_short_abandon(outcome, wait, limits.short_abandon_seconds))
    released = visit.released_by if visit.released_by in _RELEASES else ""
    row = (
        f"{id_}\t{day}\t{ctx.source.pk}\t{contact}\t{escape(call.key)}\t{visit.number}\t{queue.id}\t{_n(queue.node_id)}"
        f"\t{_n(agent_id)}\t{_n(team)}\t{_bytes(call.caller)}\t{_bytes(visit.caller_name)}\t{stamp(visit.entered_ms)}"
        f"\t{slot_at}\t{slot.number}\t{_at(visit.answered_ms)}\t{_at(visit.ended_ms)}\t{outcome}\t{visit.position}"
        f"\t{wait}\t{visit.ring_seconds}\t{visit.talk_seconds}\t{visit.hold_seconds}\t{wrap}"
        f"\t{visit.talk_seconds + visit.hold_seconds + wrap}\t{visit.holds}\t{failed}\t{target}\t{within}\t{short}\tf"
        f"\t{_n(first)}\t{_n(business)}\t{released}\t{visit.transfer}\t{escape(visit.transfer_target)}"
        f"\t{escape(visit.exit_key)}\t{escape(visit.reason)}\t{_n(visit.satisfaction)}\t{_n(disposition)}\t{note}"
        f"\t{disposed_at}"
    )
    return row, attempts


def _n(value: int | None) -> str | int:
    return "\\N" if value is None else value


def _b(value: bool) -> str:
    return "t" if value else "f"


def _at(at_ms: int | None) -> str:
    return "\\N" if at_ms is None else stamp(at_ms)


def _bytes(token: str) -> str:
    return f"\\\\x{token}" if token else "\\N"


_RELEASES = frozenset({"caller", "agent", "transfer", "system"})


def note_recordings(ctx: Context, recordings: list[tuple[str, str]]) -> None:
    """Note the recordings that the calls themselves name."""
    if not recordings:
        return
    from kefu.areas.calls.models import Recording

    Recording.objects.bulk_create(
        [Recording(visit_id=id_, source=ctx.source, reference=reference) for id_, reference in recordings],
        ignore_conflicts=True,
    )


def note_repeats(ctx: Context, tokens: set[bytes], span: tuple[int, int]) -> None:
    """Set again whether contacts of these callers repeat an earlier one, from the span on as far as it can matter.

    ``span`` is (first, last) in milliseconds of the contacts that changed.
    """
    if not tokens:
        return
    window = ctx.limits(ctx.slots.of(span[0]).day).repeat_days
    first, last = utc(span[0]), utc(span[1])
    reach = timedelta(days=window)
    values: dict[str, Any] = {
        "source": ctx.source.pk,
        "tokens": list(tokens),
        "first": first,
        "last": last,
        "reach": reach,
        "from_day": (first - reach - timedelta(days=2)).date(),
        "to_day": (last + reach + timedelta(days=2)).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH near AS (
              SELECT day, id, started_at, days_since_previous,
                     lag(started_at) OVER (PARTITION BY caller_token ORDER BY started_at, id) AS earlier
              FROM calls_contact
              WHERE source_id = %(source)s AND caller_token = ANY(%(tokens)s)
                AND day BETWEEN %(from_day)s AND %(to_day)s
                AND started_at BETWEEN %(first)s - %(reach)s AND %(last)s + %(reach)s
            ), told AS (
              SELECT day, id, CASE WHEN earlier >= started_at - %(reach)s
                THEN floor(extract(epoch FROM started_at - earlier) / 86400)::int END AS days
              FROM near WHERE started_at >= %(first)s
            )
            UPDATE calls_contact c SET days_since_previous = told.days FROM told
            WHERE c.day = told.day AND c.id = told.id AND c.days_since_previous IS DISTINCT FROM told.days
            RETURNING c.id, c.days_since_previous IS NOT NULL
            """,
            values,
        )
        changed = cursor.fetchall()
        if not changed:
            return
        cursor.execute(
            """
            UPDATE calls_queuevisit v SET is_repeat = n.flag
            FROM unnest(%s::uuid[], %s::boolean[]) AS n(id, flag)
            WHERE v.contact_id = n.id AND v.number = 1 AND v.is_repeat <> n.flag AND v.day BETWEEN %s AND %s
            RETURNING v.queue_id, v.agent_id, v.day, extract(epoch FROM v.slot_at)::bigint, v.outcome
            """,
            [
                [row[0] for row in changed],
                [row[1] for row in changed],
                (first - timedelta(days=3)).date(),
                (last + reach + timedelta(days=3)).date(),
            ],
        )
        for queue_id, agent_id, day, slot, outcome in cursor.fetchall():
            ctx.dirt.queue(queue_id, day, slot)
            ctx.dirt.agent(agent_id, day, slot, nameless=outcome == "answered")


def overtaken_by(ctx: Context, starts: Sequence[Moment]) -> set[str]:
    """The calls with a visit that a restart of the source may have cut off."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for at_ms, _ordinal in starts:
            at = utc(at_ms)
            cursor.execute(
                "SELECT DISTINCT call_key FROM calls_queuevisit WHERE source_id = %s AND entered_at <= %s"
                " AND (ended_at IS NULL OR (ended_at >= %s AND entered_at > %s))",
                [ctx.source.pk, at, at, at - timedelta(days=7)],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found
