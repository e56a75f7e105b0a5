"""Loading history: visits and agent states that somebody else has worked out, in bulk, without raw lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from kefu.areas.calls import permissions
from kefu.areas.calls.engine.types import Interval, Visit
from kefu.areas.calls.models import Contact, Source
from kefu.areas.calls.services import facts, fold_agents, fold_calls
from kefu.areas.calls.services.context import Context, visit_id
from kefu.areas.calls.services.locks import FOLD, lock_source, lock_source_shared
from kefu.kernel.actor import Actor
from kefu.platform.access.services import authorise
from kefu.platform.privacy import services as privacy


@dataclass(slots=True)
class Loaded:
    """What was loaded."""

    contacts: int = 0
    visits: int = 0
    intervals: int = 0
    first_day: date | None = None
    last_day: date | None = None


def load_history(
    *,
    actor: Actor,
    source: Source,
    visits: Iterable[Visit],
    intervals: Iterable[Interval] = (),
    refresh: bool = True,
    caller_kind: str = "phone",
    is_alone: bool = True,
) -> Loaded:
    """Write finished visits with their failed rings, and agent intervals, at the level of the fold's results.

    Callers are given in clear and go to the vault. All visits of one call belong into one delivery; a delivery is one
    transaction (some days of a centre). Loading the same again replaces it. Facts are computed for the whole days
    touched, now or (with ``refresh=False``) by the next upkeep. With ``is_alone=False`` other loads of the source may run
    at the same time; their days must lie further apart than the window in which calls repeat.
    """
    authorise(actor, permissions.SOURCE_MANAGE)
    calls: dict[str, list[Visit]] = {}
    for visit in visits:
        calls.setdefault(visit.call, []).append(visit)
    spans = list(intervals)
    loaded = Loaded(contacts=len(calls))
    with transaction.atomic():
        (lock_source if is_alone else lock_source_shared)(FOLD, source.pk)
        ctx = Context(source)
        folded = _calls(ctx, calls, caller_kind)
        ctx.names.know(
            {v.queue for call in folded for v in call.visits},
            {v.agent for call in folded for v in call.visits}
            | {a.agent for call in folded for v in call.visits for a in v.attempts},
        )
        rows, _wraps = fold_agents.interval_rows(ctx, spans, folded)
        _make_room(ctx, folded, spans)
        tokens = fold_calls.write_calls(ctx, folded, {}, {})
        loaded.intervals = fold_agents.write_intervals(rows)
        loaded.visits = sum(len(call.visits) for call in folded)
        if folded:
            starts = [call.started_ms for call in folded]
            fold_calls.note_repeats(ctx, tokens, (min(starts), max(starts)))
        days = set(rows) | {day for _queue, day, _slot in ctx.dirt.queues} | {day for _agent, day in ctx.dirt.agents}
        ctx.dirt.days |= days
        ctx.dirt.mark()
        if days:
            loaded.first_day, loaded.last_day = min(days), max(days)
    if refresh:
        facts.refresh()
    return loaded


def _calls(ctx: Context, calls: dict[str, list[Visit]], caller_kind: str) -> list[fold_calls.Folded]:
    callers = privacy.tokenise(caller_kind, {v.caller for visits in calls.values() for v in visits if v.caller})
    names = privacy.tokenise("name", {v.caller_name for visits in calls.values() for v in visits if v.caller_name})
    folded = []
    for key, visits in calls.items():
        visits.sort(key=lambda v: v.number)
        caller = next((v.caller for v in visits if v.caller), "")
        token = callers[caller].hex() if caller in callers else ""
        for visit in visits:
            visit.caller_name = names[visit.caller_name].hex() if visit.caller_name in names else ""
        ids = [visit_id(ctx.source.code, key, v.number) for v in visits]
        folded.append(fold_calls.Folded(key, visits, min(v.entered_ms for v in visits), token, "", ids))
    return folded


def _make_room(ctx: Context, folded: list[fold_calls.Folded], spans: list[Interval]) -> None:
    """Take out what an earlier load of the same calls and spans left."""
    if folded:
        days = [ctx.slots.of(call.started_ms).day for call in folded]
        if Contact.objects.filter(source=ctx.source, day__gte=min(days), day__lte=max(days)).exists():
            fold_calls.remove_calls(ctx, [call.key for call in folded])
    bounds: dict[str, tuple[int, int]] = {}
    for span in spans:
        end = span.ended_ms if span.ended_ms is not None else span.started_ms + 1
        low, high = bounds.get(span.agent, (span.started_ms, end))
        bounds[span.agent] = (min(low, span.started_ms), max(high, end))
    if bounds:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM calls_agentinterval i USING unnest(%s::text[], %s::float8[], %s::float8[]) AS n(key, low, high)"
                " WHERE i.source_id = %s AND i.agent_key = n.key AND i.started_at >= to_timestamp(n.low)"
                " AND i.started_at < to_timestamp(n.high)",
                [
                    list(bounds),
                    [b[0] / 1000 for b in bounds.values()],
                    [b[1] / 1000 for b in bounds.values()],
                    ctx.source.pk,
                ],
            )
