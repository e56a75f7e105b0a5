"""From the events of one agent to the intervals it spent in each state: an incremental, pure state machine.

An agent is logged in while it is a member of a queue (or has logged in as such, or is talking); it is *not ready* when
it is paused in every queue it belongs to. The intervals of a session tile it exactly, in whole seconds. A ring shows
in most logs only after it is over: it is then carved out of the readiness before it.

``Machine.state`` is all that must be kept to go on later: folding a prefix, keeping the state and folding the rest
gives what folding all at once gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kefu.areas.calls.engine.types import CanonicalEvent, Interval
from kefu.areas.calls.engine.visits import in_order

State = dict[str, Any]

READY, RINGING, TALKING, HOLDING, WRAP_UP, NOT_READY = "ready", "ringing", "talking", "holding", "wrap_up", "not_ready"


def fresh() -> State:
    """The state of an agent of whom nothing is known yet: logged out."""
    return {
        "queues": {},  # queue → None, or [reason, since, call, queue] of its pause
        "login": False,
        "everywhere": None,  # [reason, [call, queue]] of a pause in all queues
        "call": None,  # [call, queue] in conversation
        "held": False,
        "ring": None,  # [call, queue] ringing, where the source says so while it rings
        "wrap": None,  # [until or None, call, queue]
        "last": None,  # [call, queue] of the conversation before
        "edge": 0,  # end of the last closed interval
    }


class Machine:
    """Plays an agent's events in the source's order and gathers the intervals they close.

    ``implicit`` says that being reached, paused or connected proves membership of that queue (a log that begins in the
    middle of a session). ``wrap_seconds`` is the source's automatic wrap-up time, ``wrap_reasons`` are pause reasons
    that mean wrap-up.
    """

    def __init__(
        self,
        agent: str,
        state: Mapping[str, Any] | None = None,
        *,
        implicit: bool = False,
        wrap_seconds: int = 0,
        wrap_reasons: Sequence[str] = (),
    ) -> None:
        self.agent = agent
        base = fresh()
        if state:
            base.update({key: _copy(state[key]) for key in base if key in state})
        self.now = base
        self.open: list[Any] | None = list(state["open"]) if state and state.get("open") else None
        self.implicit = implicit
        self.wrap_seconds = wrap_seconds
        self.wrap_reasons = frozenset(wrap_reasons)
        self.intervals: list[Interval] = []

    @property
    def state(self) -> State:
        """Everything needed to go on from here; JSON-able."""
        return {
            **{key: _copy(value) for key, value in self.now.items()},
            "open": list(self.open) if self.open else None,
        }

    def play(self, events: Iterable[CanonicalEvent]) -> None:
        """Apply ``events``, which must be in the source's order."""
        for event in events:
            self.apply(event)

    def apply(self, event: CanonicalEvent) -> None:
        """Let one event happen."""
        at = max(event.at_ms // 1000 * 1000, self.open[1] if self.open else self.now["edge"])
        self._pass_time(at)
        handler = HANDLERS.get(event.type)
        if handler is None:
            return
        handler(self, event, at)
        self._settle(at)

    def _pass_time(self, at: int) -> None:
        """Let a wrap-up whose time is over end when it did."""
        wrap = self.now["wrap"]
        if wrap is not None and wrap[0] is not None and wrap[0] <= at and self.now["call"] is None:
            self.now["wrap"] = None
            self._settle(max(wrap[0], self.open[1] if self.open else wrap[0]))

    def present(self, at_ms: int) -> Interval | None:
        """The interval the agent is in at ``at_ms``, without changing anything; ``None`` when logged out."""
        copy = Machine(self.agent, self.state)
        copy._pass_time(at_ms)
        if copy.open is None:
            return None
        state, since, reason, queue, call = copy.open
        return Interval(self.agent, state, since, None, reason, queue, call)

    @property
    def _is_member(self) -> bool:
        return bool(self.now["queues"]) or self.now["login"]

    # what the agent does now, as (state, reason, queue, call)
    def _derived(self) -> tuple[str, str, str, str] | None:
        now = self.now
        if now["call"] is not None:
            call, queue = now["call"]
            return (HOLDING if now["held"] else TALKING), "", queue, call
        if now["ring"] is not None:
            call, queue = now["ring"]
            return RINGING, "", queue, call
        if not self._is_member:
            return None
        if now["wrap"] is not None:
            _until, call, queue = now["wrap"]
            return WRAP_UP, "", queue, call
        if now["everywhere"] is not None:
            return self._away(now["everywhere"][0], now["everywhere"][1])
        queues = now["queues"]
        if queues and all(pause is not None for pause in queues.values()):
            reason, _at, last_call, last_queue = max(queues.values(), key=lambda pause: (pause[1], pause[0]))
            return self._away(reason, [last_call, last_queue])
        return READY, "", "", ""

    def _away(self, reason: str, last: Sequence[str]) -> tuple[str, str, str, str]:
        if reason and reason in self.wrap_reasons:
            return WRAP_UP, reason, last[1], last[0]
        return NOT_READY, reason[:120], "", ""

    def _settle(self, at: int) -> None:
        """Close the open interval and begin another if the state has changed."""
        derived = self._derived()
        if self.open is not None:
            state, since, reason, queue, call = self.open
            if derived == (state, reason, queue, call):
                return
            self._emit(state, since, at, reason, queue, call)
        self.open = None if derived is None else [derived[0], at, *derived[1:]]

    def _carve_ring(self, at: int, seconds: int, call: str, queue: str) -> None:
        """Turn the end of the readiness before ``at`` into ringing."""
        if self.open is None or self.open[0] != READY or seconds <= 0:
            return
        start = max(self.open[1], at - 1000 * seconds)
        self._emit(READY, self.open[1], start, "", "", "")
        self._emit(RINGING, start, at, "", queue, call)
        self.open = [READY, at, "", "", ""]

    def _emit(self, state: str, start: int, end: int, reason: str, queue: str, call: str) -> None:
        if end > start:
            self.intervals.append(Interval(self.agent, state, start, end, reason, queue, call))
            self.now["edge"] = end

    def _prove(self, queue: str, at: int) -> None:
        """Take activity in a queue as proof of membership."""
        if not self.implicit:
            return
        now = self.now
        if queue:
            now["queues"].setdefault(queue, None)
        elif not now["queues"]:
            now["login"] = True

    def _rings(self, event: CanonicalEvent, at: int) -> None:
        self._prove(event.queue, at)
        if self.now["call"] is None and self._is_member:
            self.now["wrap"] = None
            self.now["ring"] = [event.call, event.queue]

    def _rang(self, event: CanonicalEvent, at: int) -> None:
        self._prove(event.queue, at)
        if self.open is None:
            self._settle(at)
        if self.now["ring"] is not None:
            self.now["ring"] = None
            return
        self._carve_ring(at, round(int(event.data.get("ring_ms", 0)) / 1000), event.call, event.queue)

    def _answered(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        seconds = int(event.data.get("ring", 0))
        self._prove(event.queue, at)
        if not self._is_member:
            return
        if self.open is None:
            self.open = [READY, max(at - 1000 * seconds, now["edge"]), "", "", ""]
        if now["ring"] is None:
            self._carve_ring(at, seconds, event.call, event.queue)
        now.update(ring=None, wrap=None, held=False, call=[event.call, event.queue])

    def _held(self, event: CanonicalEvent, at: int) -> None:
        if self.now["call"] is not None and self.now["call"][0] == event.call:
            self.now["held"] = True

    def _retrieved(self, event: CanonicalEvent, at: int) -> None:
        if self.now["call"] is not None and self.now["call"][0] == event.call:
            self.now["held"] = False

    def _ended(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        if now["call"] is None or now["call"][0] != event.call:
            return
        last = now["call"]
        now.update(call=None, held=False)
        if now["wrap"] is not None:
            now["wrap"] = [now["wrap"][0], *last]
        elif self.wrap_seconds:
            now["wrap"] = [at + 1000 * self.wrap_seconds, *last]
        now["last"] = last

    def _wrap_started(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        limit = event.data.get("limit")
        until = at + 1000 * int(limit) if limit else None
        last = now["last"] or [event.call, event.queue]
        now["wrap"] = [until, event.call or last[0], last[1] or event.queue]
        self._prove(event.queue, at)

    def _wrap_ended(self, event: CanonicalEvent, at: int) -> None:
        self.now["wrap"] = None

    def _logged_in(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        if event.queue:
            now["queues"].setdefault(event.queue, None)
            if event.data.get("paused"):
                now["queues"][event.queue] = ["", at, "", ""]
        else:
            now["login"] = True

    def _logged_out(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        if event.queue:
            now["queues"].pop(event.queue, None)
        else:
            now["queues"] = {}
            now["login"] = False
        if not self._is_member:
            now.update(everywhere=None, wrap=None, ring=None)

    def _not_ready(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        self._prove(event.queue, at)
        reason = str(event.data.get("reason", ""))
        last = now["last"] or ["", ""]
        if event.queue:
            if event.queue in now["queues"]:
                now["queues"][event.queue] = [reason, at, *last]
        elif self._is_member:
            now["everywhere"] = [reason, list(last)]
            for queue in now["queues"]:
                now["queues"][queue] = [reason, at, *last]

    def _ready(self, event: CanonicalEvent, at: int) -> None:
        now = self.now
        self._prove(event.queue, at)
        now["everywhere"] = None
        if event.queue:
            if event.queue in now["queues"]:
                now["queues"][event.queue] = None
        else:
            now["wrap"] = None
            for queue in now["queues"]:
                now["queues"][queue] = None

    def _source_started(self, event: CanonicalEvent, at: int) -> None:
        self.now = {**fresh(), "edge": self.now["edge"]}


HANDLERS: dict[str, Callable[[Machine, CanonicalEvent, int], None]] = {
    "ringing": Machine._rings,
    "ring_no_answer": Machine._rang,
    "ring_cancelled": Machine._rang,
    "agent_dumped": Machine._rang,
    "answered": Machine._answered,
    "held": Machine._held,
    "retrieved": Machine._retrieved,
    "ended": Machine._ended,
    "transferred": Machine._ended,
    "wrap_started": Machine._wrap_started,
    "wrap_ended": Machine._wrap_ended,
    "logged_in": Machine._logged_in,
    "logged_out": Machine._logged_out,
    "not_ready": Machine._not_ready,
    "ready": Machine._ready,
    "source_started": Machine._source_started,
}


def fold_agent(
    agent: str, events: Iterable[CanonicalEvent], *, implicit: bool = False, **options: Any
) -> list[Interval]:
    """All intervals of an agent from the beginning, the open one last."""
    machine = Machine(agent, implicit=implicit, **options)
    machine.play(in_order(events))
    return [*machine.intervals, *open_intervals(machine)]


def open_intervals(machine: Machine) -> list[Interval]:
    """The interval that still lasts, if any."""
    if machine.open is None:
        return []
    state, since, reason, queue, call = machine.open
    return [Interval(machine.agent, state, since, None, reason, queue, call)]


def cut_at(intervals: Iterable[Interval], bounds: Sequence[int]) -> list[Interval]:
    """Cut intervals at the instants of ``bounds`` (ascending), so that each lies between two of them."""
    pieces: list[Interval] = []
    for interval in intervals:
        start = interval.started_ms
        for bound in bounds:
            if bound <= start:
                continue
            if interval.ended_ms is not None and bound >= interval.ended_ms:
                break
            pieces.append(_piece(interval, start, bound))
            start = bound
        pieces.append(_piece(interval, start, interval.ended_ms))
    return pieces


def _piece(interval: Interval, start: int, end: int | None) -> Interval:
    return Interval(interval.agent, interval.state, start, end, interval.reason, interval.queue, interval.call)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item) for item in value]
    return value
