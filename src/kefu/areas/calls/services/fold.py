"""The fold: pending batches of raw lines to events, visits and agent states, one transaction per batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from kefu.areas.calls.choices import BatchState
from kefu.areas.calls.engine.types import CanonicalEvent
from kefu.areas.calls.models import RawBatch, Source
from kefu.areas.calls.services import events as log
from kefu.areas.calls.services import fold_agents, fold_calls
from kefu.areas.calls.services.context import Context
from kefu.areas.calls.services.locks import FOLD, lock_source, try_lock_source

LINES = 20_000
"""Raw lines of one transaction, if there is more than one batch."""


@dataclass(slots=True)
class Folded:
    """What a run of the fold did."""

    batches: int = 0
    lines: int = 0
    events: int = 0
    calls: int = 0


def fold_pending(
    source: Source | None = None,
    *,
    wait: bool = True,
    most: int | None = None,
    progress: Callable[[int], None] = lambda lines: None,
) -> Folded:
    """Fold what was taken in and not folded yet, of one source or of all; the order of batches does not matter.

    Each source is folded by one process at a time. With ``wait`` this one waits for its turn, without it passes by
    what somebody else is folding. ``most`` bounds the transactions.
    """
    done = Folded()
    sources = (
        [source]
        if source is not None
        else list(Source.objects.filter(pk__in=RawBatch.objects.filter(state=BatchState.PENDING).values("source")))
    )
    for each in sources:
        steps = 0
        while most is None or steps < most:
            if not _fold_some(each, done, wait=wait):
                break
            steps += 1
            progress(done.lines)
    return done


def _fold_some(source: Source, done: Folded, *, wait: bool) -> bool:
    with transaction.atomic():
        if wait:
            lock_source(FOLD, source.pk)
        elif not try_lock_source(FOLD, source.pk):
            return False
        ids: list[int] = []
        lines = 0
        pending = RawBatch.objects.filter(source=source, state=BatchState.PENDING).order_by("id")
        for id_, count in pending.values_list("id", "raw_count")[:1000]:
            if ids and lines + count > LINES:
                break
            ids.append(id_)
            lines += count
        if not ids:
            return False
        ctx = Context(source)
        rows = log.read_raw("batch_id BETWEEN %s AND %s AND batch_id = ANY(%s)", [min(ids), max(ids), ids])
        done.events += fold_rows(ctx, rows, done)
        RawBatch.objects.filter(id__in=ids).update(state=BatchState.FOLDED, folded_at=timezone.now())
    done.batches += len(ids)
    done.lines += lines
    return True


def fold_rows(ctx: Context, rows: list[log.RawRow], done: Folded, forgotten: Forgotten | None = None) -> int:
    """Fold raw rows into everything that follows from them; the number of events. Belongs into a transaction."""
    found = log.normalise(ctx, rows)
    if not found and forgotten is None:
        return 0
    new = [event for _row, event in found]
    keys = sorted({event.call for event in new if event.call})
    known = log.known_calls(ctx, keys)
    all_new = log.store(ctx, found)
    restarts = [(event.at_ms, event.ordinal) for event in new if event.type == "source_started"]
    if restarts:
        known |= fold_calls.overtaken_by(ctx, restarts)
    refold(ctx, new, known, all_new=all_new, forgotten=forgotten)
    done.calls += len(keys)
    return len(new)


def refold(
    ctx: Context,
    new: list[CanonicalEvent],
    known: set[str],
    *,
    all_new: bool,
    forgotten: Forgotten | None = None,
) -> None:
    """Fold the calls and agents of new events; of ``known`` calls the stored events are read back."""
    calls: dict[str, list[CanonicalEvent]] = {}
    for event in new:
        if event.call and event.call not in known:
            calls.setdefault(event.call, []).append(event)
    calls.update(log.events_of_calls(ctx, sorted(known)))
    queues = {event.queue for events in calls.values() for event in events}
    agents = {event.agent for events in calls.values() for event in events} | {event.agent for event in new}
    ctx.names.know(queues, agents)
    earliest = min((event.at_ms for events in calls.values() for event in events), default=0)
    starts = log.starts_since(ctx, earliest) if calls else []
    folded = fold_calls.fold_calls(ctx, calls, starts)
    tracks = fold_agents.fold_agents(ctx, new, all_new=all_new, stale=forgotten.agents if forgotten else None)
    rows, wraps = fold_agents.rows_of(ctx, tracks, folded)
    cleared = fold_agents.replace(ctx, tracks, rows)
    if not ctx.format.measures_wrap:
        wraps, cleared = {}, set()
    told = {**dict.fromkeys(cleared, 0), **wraps}
    spans = _span(folded)
    before, old_tokens = fold_calls.remove_calls(ctx, sorted(known - fold_calls.loaded_calls(ctx, known)))
    if forgotten is not None:
        before.update(forgotten.visits)
        old_tokens |= forgotten.tokens
    tokens = fold_calls.write_calls(ctx, folded, before, told) | old_tokens
    here = {id_ for call in folded for id_ in call.ids}
    fold_agents.apply_wraps(ctx, {id_: wrap for id_, wrap in told.items() if id_ not in here})
    if spans is not None:
        fold_calls.note_repeats(ctx, tokens, spans)
    ctx.dirt.mark()


def _span(folded: list[fold_calls.Folded]) -> tuple[int, int] | None:
    instants = [call.started_ms for call in folded]
    return (min(instants), max(instants)) if instants else None


@dataclass(slots=True)
class Forgotten:
    """What was taken out to be made again: agents (with the instant), what visits keep, the callers' tokens."""

    agents: dict[str, int]
    visits: dict[str, fold_calls.Before]
    tokens: set[bytes]


def fold_days(source: Source, first: date, last: date) -> Folded:
    """Normalise and fold the raw lines of some local days again, as if they came now; the same result.

    What people added to the visits stays. A newer normaliser may make other events of the same lines.
    """
    done = Folded()
    with transaction.atomic():
        lock_source(FOLD, source.pk)
        ctx = Context(source)
        rows = log.read_raw("source_id = %s AND day BETWEEN %s AND %s", [source.pk, first, last])
        forgotten = _forget(ctx, first, last)
        done.lines = len(rows)
        done.events = fold_rows(ctx, rows, done, forgotten)
    return done


def _forget(ctx: Context, first: date, last: date) -> Forgotten:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM calls_callevent WHERE source_id = %s AND day BETWEEN %s AND %s RETURNING call_key, agent_key",
            [ctx.source.pk, first, last],
        )
        rows = cursor.fetchall()
    at_ms = ctx.slots.midnight_ms(first)
    calls = {row[0] for row in rows if row[0]}
    visits, tokens = fold_calls.remove_calls(ctx, sorted(calls - fold_calls.loaded_calls(ctx, calls)))
    return Forgotten({row[1]: at_ms for row in rows if row[1]}, visits, tokens)
