"""Writes facts as the engine's own values: visits with their failed rings, and the agents' intervals.

This is the short way for history: the values are what normaliser and folds would make of the same day, with hold and
wrap-up known exactly. Instants are cut to whole seconds, as a telephone system would report them.
"""

from __future__ import annotations

from kefu.areas.calls.choices import AgentState, Outcome, Release, RingResult, TransferKind
from kefu.areas.calls.engine.simulation.facts import Fact, Kind, Run
from kefu.areas.calls.engine.simulation.queue_log import CONTEXT
from kefu.areas.calls.engine.types import Attempt, Interval, Visit

LEFT = {
    Kind.ABANDONED: Outcome.ABANDONED.value,
    Kind.TIMED_OUT: Outcome.TIMEOUT.value,
    Kind.EMPTIED: Outcome.EMPTY.value,
    Kind.KEY_PRESSED: Outcome.EXIT_KEY.value,
    Kind.WITHDRAWN: Outcome.WITHDRAWN.value,
}
ENDED = {
    Kind.COMPLETED_BY_CALLER: (Release.CALLER.value, TransferKind.NONE.value),
    Kind.COMPLETED_BY_AGENT: (Release.AGENT.value, TransferKind.NONE.value),
    Kind.BLIND_TRANSFER: (Release.TRANSFER.value, TransferKind.BLIND.value),
    Kind.ATTENDED_TRANSFER: (Release.TRANSFER.value, TransferKind.ATTENDED.value),
}


class _Tracks:
    """What each agent is doing; every change closes one interval and opens the next."""

    def __init__(self, agents: tuple[str, ...]) -> None:
        self.agents = agents
        self.open: dict[int, Interval] = {}
        self.closed: list[Interval] = []

    def change(self, agent: int, at: int, state: str, reason: str = "", queue: str = "", call: str = "") -> None:
        self.end(agent, at)
        self.open[agent] = Interval(self.agents[agent], state, at, None, reason, queue, call)

    def end(self, agent: int, at: int) -> None:
        interval = self.open.pop(agent, None)
        if interval is not None and interval.started_ms < at:
            interval.ended_ms = at
            self.closed.append(interval)


def to_canonical(run: Run) -> tuple[list[Visit], list[Interval]]:
    """Visits in the order of entering and intervals in the order of ending; nothing is left open."""
    visits: list[Visit] = []
    tracks = _Tracks(run.agents)
    held_since: dict[int, int] = {}
    wrap_since: dict[int, int] = {}
    for fact in run.facts:
        at = fact.at // 1000 * 1000
        if fact.visit < 0:
            _agent_fact(fact, at, tracks)
            continue
        if fact.kind == Kind.ENTERED:
            card = run.visits[fact.visit]
            visits.append(
                Visit(
                    call=run.call_key(fact.visit),
                    number=card.number,
                    queue=run.queues[fact.queue],
                    entered_ms=at,
                    outcome=Outcome.WAITING.value,
                    caller=card.caller,
                    position=card.position,
                )
            )
            continue
        visit = visits[fact.visit]
        where = (visit.queue, visit.call)
        match fact.kind:
            case Kind.RINGING:
                tracks.change(fact.agent, at, AgentState.RINGING.value, "", *where)
            case Kind.RING_NO_ANSWER | Kind.RING_CANCELLED:
                missed = fact.kind == Kind.RING_NO_ANSWER
                result = RingResult.NO_ANSWER if missed else RingResult.CANCELLED
                began = (fact.at - fact.value) // 1000 * 1000
                visit.attempts.append(Attempt(run.agents[fact.agent], began, at, result.value))
                tracks.change(fact.agent, at, AgentState.READY.value)
            case Kind.CONNECTED:
                visit.outcome = Outcome.ANSWERED.value
                visit.agent = run.agents[fact.agent]
                visit.answered_ms = at
                visit.wait_seconds = (at - visit.entered_ms) // 1000
                visit.ring_seconds = at // 1000 - (fact.at - fact.value) // 1000
                tracks.change(fact.agent, at, AgentState.TALKING.value, "", *where)
            case Kind.HELD:
                held_since[fact.visit] = at
                visit.holds += 1
                tracks.change(fact.agent, at, AgentState.HOLDING.value, "", *where)
            case Kind.RETRIEVED:
                visit.hold_seconds += (at - held_since.pop(fact.visit)) // 1000
                tracks.change(fact.agent, at, AgentState.TALKING.value, "", *where)
            case Kind.WRAP_STARTED:
                wrap_since[fact.visit] = at
                tracks.change(fact.agent, at, AgentState.WRAP_UP.value, "", *where)
            case Kind.WRAP_ENDED:
                visit.wrap_seconds = (at - wrap_since.pop(fact.visit)) // 1000
                tracks.change(fact.agent, at, AgentState.READY.value)
            case kind if kind in ENDED:
                _end(visit, fact, at, held_since)
            case kind if kind in LEFT:
                visit.outcome = LEFT[kind]
                visit.ended_ms = at
                visit.wait_seconds = (at - visit.entered_ms) // 1000
                visit.exit_key = fact.text if kind == Kind.KEY_PRESSED else ""
                visit.reason = fact.text if kind == Kind.WITHDRAWN else ""
    return visits, tracks.closed


def _end(visit: Visit, fact: Fact, at: int, held_since: dict[int, int]) -> None:
    """The conversation ends; a hold that lasts until then (consultation) ends with it."""
    if fact.visit in held_since:
        visit.hold_seconds += (at - held_since.pop(fact.visit)) // 1000
    visit.ended_ms = at
    visit.released_by, visit.transfer = ENDED[fact.kind]
    visit.transfer_target = f"{fact.text}@{CONTEXT}" if fact.kind == Kind.BLIND_TRANSFER else fact.text
    visit.talk_seconds = (at - (visit.answered_ms or at)) // 1000 - visit.hold_seconds


def _agent_fact(fact: Fact, at: int, tracks: _Tracks) -> None:
    """Log-in, breaks and log-out."""
    if fact.kind in (Kind.LOGGED_IN, Kind.UNPAUSED):
        tracks.change(fact.agent, at, AgentState.READY.value)
    elif fact.kind == Kind.PAUSED:
        tracks.change(fact.agent, at, AgentState.NOT_READY.value, fact.text)
    elif fact.kind == Kind.LOGGED_OUT:
        tracks.end(fact.agent, at)
