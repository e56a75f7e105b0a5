"""Loading history: visits and agent states that somebody else has worked out, in bulk, without raw lines.

The steps, in this order: ``open_history``, ``load_history`` as often as it takes (in several processes at once, in any
order of the days), ``join_states`` and ``join_calls`` (at the same time if you like), ``recompute_days`` for the facts.
Nobody sees the rows before they are joined: they lie in tables without indexes, which are attached full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, groupby

from django.db import connection, models, transaction
from psycopg import sql

from kefu.areas.calls import permissions
from kefu.areas.calls.engine.slots import Slots, utc
from kefu.areas.calls.engine.types import Interval, Visit
from kefu.areas.calls.models import AgentInterval, Contact, QueueVisit, RingAttempt, Source
from kefu.areas.calls.services import fold_agents, fold_calls
from kefu.areas.calls.services.context import Context, visit_id
from kefu.areas.calls.services.copying import copy_lines
from kefu.areas.calls.services.locks import FOLD, lock_source
from kefu.kernel.actor import Actor
from kefu.kernel.errors import RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.partitions import monthly
from kefu.platform.privacy import services as privacy

CALLS = (Contact, QueueVisit, RingAttempt)
STATES = (AgentInterval,)


def open_history(*, actor: Actor, source: Source, days: Sequence[date]) -> None:
    """Make room for the history of these days; raises ``RuleBroken`` when the source has calls or states there already.

    The last day may run over: what it still says after midnight finds its month too.
    """
    authorise(actor, permissions.SOURCE_MANAGE)
    with transaction.atomic():
        lock_source(FOLD, source.pk)
        for model in (Contact, AgentInterval):
            if model._default_manager.filter(source=source, day__gte=min(days), day__lte=max(days)).exists():
                raise RuleBroken(f"source {source.code} has a history in these days already")
        monthly.build_beside((*CALLS, *STATES), _reach(days))
        _note_until(source, Slots(source.time_zone).midnight_ms(max(days) + timedelta(days=1)))


def load_history(*, actor: Actor, source: Source, visits: Iterable[Visit], intervals: Iterable[Interval] = ()) -> int:
    """Write finished visits with their failed rings, and agent intervals, as the folds would; returns the visits.

    Callers are given in clear and go to the vault. All visits of one call, and what its agents did, belong into one
    delivery, and none is delivered twice.
    """
    authorise(actor, permissions.SOURCE_MANAGE)
    calls: dict[str, list[Visit]] = {}
    for visit in visits:
        calls.setdefault(visit.call, []).append(visit)
    ctx = Context(source)
    folded = _calls(ctx, calls)
    ctx.names.know(
        {v.queue for call in folded for v in call.visits},
        {v.agent for call in folded for v in call.visits}
        | {a.agent for call in folded for v in call.visits for a in v.attempts},
    )
    spans = list(intervals)
    states, _wraps = fold_agents.interval_rows(ctx, spans, folded)
    rows = fold_calls.rows_of_calls(ctx, folded, {}, {})
    with transaction.atomic():
        _fill(Contact, fold_calls.CONTACT_COLUMNS, rows.contacts)
        _fill(QueueVisit, fold_calls.VISIT_COLUMNS, rows.visits)
        _fill(RingAttempt, fold_calls.ATTEMPT_COLUMNS, rows.attempts)
        _fill(AgentInterval, fold_agents.COLUMNS, states)
        fold_calls.note_recordings(ctx, rows.recordings)
        latest = max((span.ended_ms or span.started_ms + 1 for span in spans), default=0)
        if latest > ctx.history_ms:
            _note_until(source, latest)
    return sum(map(len, rows.visits.values()))


def join_states(*, actor: Actor, source: Source, days: Sequence[date]) -> None:
    """Let the agents' intervals of a loaded history appear."""
    authorise(actor, permissions.SOURCE_MANAGE)
    monthly.attach(STATES, _reach(days))
    _analyze(STATES)


def join_calls(*, actor: Actor, source: Source, days: Sequence[date]) -> None:
    """Let the calls of a loaded history appear, knowing which of them repeat an earlier one."""
    authorise(actor, permissions.SOURCE_MANAGE)
    with transaction.atomic():
        _note_repeats(source, days)
    monthly.attach(CALLS, _reach(days))
    _analyze(CALLS)


def _note_until(source: Source, at_ms: int) -> None:
    """What was loaded is final: the raw log tells of what began later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_source SET history_until = greatest(history_until, %s) WHERE id = %s",
            [utc(at_ms), source.pk],
        )


def _calls(ctx: Context, calls: dict[str, list[Visit]]) -> list[fold_calls.Folded]:
    callers = privacy.tokenise("phone", {v.caller for visits in calls.values() for v in visits if v.caller})
    names = privacy.tokenise("name", {v.caller_name for visits in calls.values() for v in visits if v.caller_name})
    hexes = {caller: token.hex() for caller, token in callers.items()}
    folded = []
    for key, visits in calls.items():
        visits.sort(key=lambda v: v.number)
        caller = next((v.caller for v in visits if v.caller), "")
        for visit in visits:
            visit.caller_name = names[visit.caller_name].hex() if visit.caller_name in names else ""
        ids = [visit_id(ctx.source.code, key, v.number) for v in visits]
        started = min(v.entered_ms for v in visits)
        folded.append(fold_calls.Folded(key, visits, started, hexes.get(caller, ""), "", ids))
    return folded


def _fill(model: type[models.Model], columns: Sequence[str], rows: Mapping[date, list[str]]) -> None:
    """Write rows into the tables of their months, attached or not."""
    for table, days in groupby(sorted(rows), key=lambda day: monthly.name_of(model, day)):
        copy_lines(table, columns, chain.from_iterable(rows[day] for day in days))


def _note_repeats(source: Source, days: Sequence[date]) -> None:
    """Set for all contacts at once whether the caller called before: the rule of ``fold_calls.note_repeats``."""
    months = sorted({day.replace(day=1) for day in _reach(days)})
    contacts = [sql.Identifier(monthly.name_of(Contact, month)) for month in months]
    visits = [sql.Identifier(monthly.name_of(QueueVisit, month)) for month in months]
    columns = sql.SQL("SELECT id, caller_token, started_at FROM {} WHERE source_id = {} AND caller_token IS NOT NULL")
    everything = sql.SQL(" UNION ALL ").join(columns.format(table, sql.Literal(source.pk)) for table in contacts)
    reach = timedelta(days=Context(source).limits(min(days)).repeat_days)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(
            sql.SQL(
                """
                CREATE TEMP TABLE calls_repeats ON COMMIT DROP AS
                SELECT id, floor(extract(epoch FROM started_at - earlier) / 86400)::int AS days
                FROM (SELECT id, started_at,
                        lag(started_at) OVER (PARTITION BY caller_token ORDER BY started_at, id) AS earlier
                      FROM ({}) contacts) near
                WHERE earlier >= started_at - {}
                """
            ).format(everything, sql.Literal(reach))
        )
        cursor.execute("ANALYZE calls_repeats")
        for table in contacts:
            cursor.execute(
                sql.SQL("UPDATE {} c SET days_since_previous = r.days FROM calls_repeats r WHERE c.id = r.id").format(
                    table
                )
            )
        for table in visits:
            cursor.execute(
                sql.SQL(
                    "UPDATE {} v SET is_repeat = true FROM calls_repeats r WHERE v.contact_id = r.id AND v.number = 1"
                ).format(table)
            )


def _reach(days: Sequence[date]) -> list[date]:
    return [*days, max(days) + timedelta(days=1)]


def _analyze(models_: Iterable[type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        for model in models_:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(model._meta.db_table)))
