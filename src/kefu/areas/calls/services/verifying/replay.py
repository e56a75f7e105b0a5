"""The visits and states that the raw log gives, folded from its beginning in one pass, in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kefu.areas.calls.engine.agents import Machine, cut_at, open_intervals
from kefu.areas.calls.engine.slots import utc
from kefu.areas.calls.engine.types import CanonicalEvent, Interval, Visit
from kefu.areas.calls.engine.visits import fold_call, in_order
from kefu.areas.calls.services import events as log
from kefu.areas.calls.services.context import Context
from kefu.areas.calls.services.fold_calls import loaded_calls

QUIET_DAYS = 2
"""A call of which nothing was heard for so long is over."""

Row = tuple[Any, ...]


class Replay:
    """Folds the raw log of a source again and hands out, per local day, what it says.

    Needs the memory of some days of calls, whatever the length of the log.
    """

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.calls: dict[str, list[CanonicalEvent]] = {}
        self.heard: dict[str, date] = {}
        self.starts = log.starts_since(ctx, 0)
        self.machines: dict[str, Machine] = {}
        self.visits: dict[date, list[Visit]] = defaultdict(list)
        self.intervals: dict[date, list[Interval]] = defaultdict(list)

    def run(self, days: list[date]) -> Iterator[tuple[date, list[Visit], list[Interval]]]:
        """(day, visits that entered on it, intervals in it) for each day, once nothing of it can change any more."""
        held: list[date] = []
        for day in days:
            self._play(day)
            held.append(day)
            while held and held[0] < day - timedelta(days=QUIET_DAYS + 1):
                yield self._hand_out(held.pop(0))
        for key in list(self.calls):
            self._close(key)
        for machine in self.machines.values():
            for interval in open_intervals(machine):
                self.intervals[self.ctx.slots.of(interval.started_ms).day].append(interval)
        for day in held:
            yield self._hand_out(day)

    def _hand_out(self, day: date) -> tuple[date, list[Visit], list[Interval]]:
        return day, self.visits.pop(day, []), self.intervals.pop(day, [])

    def _play(self, day: date) -> None:
        ctx = self.ctx
        rows = log.read_raw(
            "source_id = %s AND day = %s AND batch_id NOT IN"
            " (SELECT id FROM calls_rawbatch WHERE source_id = %s AND state = 'pending')",
            [ctx.source.pk, day, ctx.source.pk],
        )
        own: dict[str, list[CanonicalEvent]] = defaultdict(list)
        restarts: list[CanonicalEvent] = []
        for row in rows:
            for event in ctx.format.events(row[5], row[3], row[4], ctx.source.options):
                is_state = event.at_ms >= ctx.history_ms
                if event.type == "source_started" and is_state:
                    restarts.append(event)
                if event.call:
                    self.calls.setdefault(event.call, []).append(event)
                    self.heard[event.call] = day
                if event.agent and is_state:
                    own[event.agent].append(event)
        for key in {*own, *(self.machines if restarts else ())}:
            self._play_agent(key, in_order([*own.get(key, []), *restarts]))
        for key, heard in list(self.heard.items()):
            if heard < day - timedelta(days=QUIET_DAYS):
                self._close(key)

    def _play_agent(self, key: str, events: list[CanonicalEvent]) -> None:
        machine = self.machines.get(key)
        if machine is None:
            options = self.ctx.source.options
            machine = self.machines[key] = Machine(
                key,
                {"edge": self.ctx.history_ms},
                implicit=self.ctx.format.has_sessions,
                wrap_seconds=int(options.get("wrap_seconds") or 0),
                wrap_reasons=[str(reason) for reason in options.get("wrap_reasons") or ()],
            )
        machine.play(events)
        for interval in machine.intervals:
            assert interval.ended_ms is not None
            bounds = self.ctx.slots.midnights(interval.started_ms, interval.ended_ms)
            for piece in cut_at([interval], bounds):
                self.intervals[self.ctx.slots.of(piece.started_ms).day].append(piece)
        machine.intervals.clear()

    def _close(self, key: str) -> None:
        events = self.calls.pop(key)
        del self.heard[key]
        visits = fold_call(events, self.starts)
        began = min([v.entered_ms for v in visits] + [e.at_ms for e in events if e.type == "offered"], default=0)
        if began < self.ctx.history_ms or loaded_calls(self.ctx, [key]):
            return
        for visit in visits:
            self.visits[self.ctx.slots.of(visit.entered_ms).day].append(visit)


def visit_row(ctx: Context, visit: Visit) -> dict[str, Any]:
    """A visit as it must stand in the table, as far as its fold decides."""
    day = ctx.slots.of(visit.entered_ms).day
    return {
        "call_key": visit.call,
        "number": visit.number,
        "queue_id": ctx.names.queue(visit.queue, day),
        "agent_id": ctx.names.agent(visit.agent, day),
        "entered_at": utc(visit.entered_ms),
        "answered_at": None if visit.answered_ms is None else utc(visit.answered_ms),
        "ended_at": None if visit.ended_ms is None else utc(visit.ended_ms),
        "outcome": visit.outcome,
        "position": visit.position,
        "wait_seconds": visit.wait_seconds,
        "ring_seconds": visit.ring_seconds,
        "talk_seconds": visit.talk_seconds,
        "hold_seconds": visit.hold_seconds,
        "wrap_seconds": visit.wrap_seconds,
        "handle_seconds": visit.talk_seconds + visit.hold_seconds + visit.wrap_seconds,
        "holds": visit.holds,
        "failed_rings": sum(a.result != "cancelled" for a in visit.attempts),
    }


def interval_row(ctx: Context, interval: Interval) -> Row:
    """An interval as it must stand in the table."""
    day = ctx.slots.of(interval.started_ms).day
    return (
        interval.agent,
        ctx.names.agent(interval.agent, day),
        utc(interval.started_ms),
        None if interval.ended_ms is None else utc(interval.ended_ms),
        interval.state,
        interval.reason,
        ctx.names.queue(interval.queue, day) if interval.queue else None,
    )
