"""The floor of the centre: one day of arrivals, rings, conversations, breaks — an event loop over a heap.

A day is a pure function of (centre, date, seed). It begins with empty queues at local midnight and ends when the last
conversation has ended, a little after the next midnight at most.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from datetime import date
from functools import lru_cache
from zlib import crc32

import numpy as np

from kefu.areas.calls.engine.simulation.centre import Centre
from kefu.areas.calls.engine.simulation.draws import Draws, arrivals
from kefu.areas.calls.engine.simulation.facts import Fact, Kind, Run, VisitCard
from kefu.areas.calls.engine.simulation.staffing import plan_day, weather

OFF, READY, RINGING, TALKING, WRAPPING, PAUSED = range(6)
WAITING, RUNG, SPEAKING, OVER = range(4)

RING_TIMEOUT_MS = 15_000
PENALTY_MS = 20_000
AUTO_PAUSE = "Auto-Pause"


class Call:
    """A visit while it is on the floor."""

    __slots__ = (
        "agent", "attempts", "caller", "consults", "draw", "entered", "hold_ms", "index", "leave", "queue", "ringing_at",
        "state",
    )  # fmt: skip

    def __init__(self, index: int, queue: int, caller: int, draw: int, entered: int) -> None:
        self.index = index
        self.queue = queue
        self.caller = caller
        self.draw = draw
        self.entered = entered
        self.state = WAITING
        self.agent = -1
        self.attempts = 0
        self.ringing_at = 0
        self.hold_ms = 0
        self.leave = Kind.ABANDONED
        self.consults: Call | None = None


@lru_cache(maxsize=8)
def temperaments(agents: tuple[str, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How slow each agent is (factor on talk and wrap-up) and how likely to miss a ring; fixed by the name."""
    pairs = [np.random.default_rng(crc32(agent.encode())).random(2) for agent in agents]
    slow = tuple(math.exp(0.28 * (float(a) + float(b) - 1.0)) for a, b in pairs)
    missing = tuple(0.003 + 0.028 * float(b) ** 3 for _a, b in pairs)
    return slow, missing


class Floor:
    """The state of the centre while a day is played. ``play`` returns the facts in the order of time."""

    def __init__(self, centre: Centre, day: date, seed: int, midnight: int, volume: float = 1.0) -> None:
        self.centre = centre
        self.midnight = midnight * 1000
        queue_index = {queue.code: number for number, queue in enumerate(centre.queues)}
        self.skills: list[tuple[tuple[int, int], ...]] = [
            tuple((queue_index[code], penalty) for code, penalty in pool.skills)
            for pool in centre.pools
            for _agent in pool.agents
        ]
        self.transfer_to = [queue_index[q.transfer_to] if q.transfer_to else -1 for q in centre.queues]
        self.bonus = [q.bonus_seconds * 1000 for q in centre.queues]
        self.slow, self.missing = temperaments(centre.agents)
        self.run = Run(
            queues=tuple(q.code for q in centre.queues),
            agents=centre.agents,
            skills=tuple(tuple(queue for queue, _penalty in skill) for skill in self.skills),
            system=centre.system,
        )
        self.facts = self.run.facts
        n_queues, n_agents = len(centre.queues), len(centre.agents)
        self.waiting: list[list[Call]] = [[] for _ in range(n_queues)]
        self.unrung: list[deque[Call]] = [deque() for _ in range(n_queues)]
        self.free: list[tuple[dict[int, None], dict[int, None]]] = [({}, {}) for _ in range(n_queues)]
        self.on_duty = [0] * n_queues
        self.state = [OFF] * n_agents
        self.leaving = [False] * n_agents
        self.pending: list[tuple[int, str] | None] = [None] * n_agents
        self.channel = 0
        self.sequence = 0
        self.heap: list[tuple[int, int, int, object, int]] = []
        rng = np.random.default_rng([seed, day.toordinal(), 4])
        coming = arrivals(centre, day, weather(centre, day, seed), rng, volume)
        self.draws = Draws(rng, int(len(coming) * 1.4) + 400)
        self.next_draw = 0
        for at, queue, caller in coming:
            self.push(at, 0, (queue, caller), 0)
        for duty in plan_day(centre, day, seed):
            self.push(duty.starts * 1000, 8, duty.agent, 0)
            self.push(duty.ends * 1000, 9, duty.agent, 0)
            for start, length, reason in duty.pauses:
                self.push(start * 1000, 10, (length * 1000, reason), duty.agent)
        self.handlers = (
            self.on_arrival, self.on_leave, self.on_answer, self.on_missed, self.on_talk_end, self.on_hold,
            self.on_retrieve, self.on_wrap_end, self.on_login, self.on_logout, self.on_pause, self.on_resume,
            self.on_consult, self.on_handover,
        )  # fmt: skip

    def play(self) -> Run:
        """Run the day to its end."""
        heap, handlers, pop = self.heap, self.handlers, heapq.heappop
        while heap:
            at, _sequence, code, what, number = pop(heap)
            handlers[code](at, what, number)  # type: ignore[arg-type]
        return self.run

    def push(self, at: int, code: int, what: object, number: int) -> None:
        """Schedule an event; those of one millisecond come in the order of scheduling."""
        self.sequence += 1
        heapq.heappush(self.heap, (at, self.sequence, code, what, number))

    def tell(self, at: int, kind: Kind, visit: int, queue: int, agent: int, value: int = 0, text: str = "") -> None:
        """Record a fact."""
        self.facts.append(Fact(self.midnight + at, kind, visit, queue, agent, value, text))

    # calls

    def on_arrival(self, at: int, what: tuple[int, int], number: int) -> None:
        """A caller leaves the voice menu and enters the queue."""
        queue, caller = what
        self.channel += 1
        ivr = 4_000 + int(self.draws.uniform[self.next_draw] * 38_000)
        self.enter(at, queue, caller, self.channel, (self.midnight + at - ivr) // 1000, 1)

    def enter(
        self, at: int, queue: int, caller: int, channel: int, born: int, number: int, consulted_by: int = -1
    ) -> Call:
        """A visit begins: an idle agent is rung at once, otherwise the caller waits."""
        draw = self.next_draw
        self.next_draw = (draw + 1) % self.draws.size
        waiting = self.waiting[queue]
        call = Call(len(self.run.visits), queue, caller, draw, at)
        waiting.append(call)
        position = len(waiting)
        phone = self.draws.phone(caller)
        self.run.visits.append(
            VisitCard(queue, phone, channel, born, number, self.midnight + at, position, consulted_by)
        )
        self.tell(at, Kind.ENTERED, call.index, queue, -1, position)
        if not self.on_duty[queue]:
            waiting.pop()
            call.state = OVER
            self.tell(at, Kind.EMPTIED, call.index, queue, -1, position)
            return call
        spec = self.centre.queues[queue]
        patience, leave = self.draws.patience(draw, spec, consulted=consulted_by >= 0)
        call.leave = leave
        self.push(at + patience, 1, call, 0)
        self.route(at, call)
        return call

    def route(self, at: int, call: Call) -> None:
        """Ring the agent who has been idle longest, first among those who serve the queue first."""
        for free in self.free[call.queue]:
            if free:
                self.ring(at, call, next(iter(free)))
                return
        if call.attempts:
            self.unrung[call.queue].appendleft(call)
        else:
            self.unrung[call.queue].append(call)

    def ring(self, at: int, call: Call, agent: int) -> None:
        """Ring: the agent answers after a few seconds, or lets it ring until the timeout."""
        if self.state[agent] == READY:
            self.occupy(agent)
        self.state[agent] = RINGING
        call.state = RUNG
        call.agent = agent
        call.attempts += 1
        call.ringing_at = at
        self.channel += 3
        self.tell(at, Kind.RINGING, call.index, call.queue, agent, self.channel - 2)
        missed = self.draws.uniform[(call.draw + call.attempts * 7) % self.draws.size] < self.missing[agent]
        if missed:
            self.push(at + RING_TIMEOUT_MS, 3, call, call.attempts)
        else:
            self.push(at + self.draws.ring_ms[call.draw], 2, call, call.attempts)

    def occupy(self, agent: int) -> None:
        """The agent is not free any more."""
        for queue, penalty in self.skills[agent]:
            self.free[queue][penalty].pop(agent, None)

    def on_missed(self, at: int, call: Call, attempt: int) -> None:
        """The ring times out: the next agent is tried, the first is often paused by the telephone system."""
        if call.state != RUNG or call.attempts != attempt:
            return
        agent = call.agent
        self.tell(at, Kind.RING_NO_ANSWER, call.index, call.queue, agent, at - call.ringing_at)
        call.state = WAITING
        call.agent = -1
        if self.draws.uniform[call.draw] < 0.6 and not self.leaving[agent]:
            self.pause(at, agent, 20_000 + int(self.draws.uniform[call.draw] * 90_000), AUTO_PAUSE)
            self.route(at, call)
        else:
            self.route(at, call)
            self.release(at, agent)

    def on_answer(self, at: int, call: Call, attempt: int) -> None:
        """The agent picks up; how the conversation will end is decided by the visit's draws."""
        if call.state != RUNG or call.attempts != attempt:
            return
        agent = call.agent
        self.state[agent] = TALKING
        call.state = SPEAKING
        self.waiting[call.queue].remove(call)
        self.tell(at, Kind.CONNECTED, call.index, call.queue, agent, at - call.ringing_at)
        spec = self.centre.queues[call.queue]
        talk = self.draws.talk_ms(call.draw, spec, self.slow[agent])
        if call.consults is not None:
            brief = 6_000 + int(self.draws.uniform[call.draw] * 30_000)
            self.push(at + brief, 13, call, 0)
            self.push(at + brief + talk, 4, call, int(Kind.COMPLETED_BY_CALLER))
            return
        hold = self.draws.hold_ms(call.draw, spec)
        fate = self.draws.fate[call.draw]
        target = self.transfer_to[call.queue]
        can_transfer = target >= 0 and self.on_duty[target] > 0 and self.run.visits[call.index].number < 3
        if can_transfer and fate < spec.transfer_share:
            self.push(at + talk // 2, 4, call, int(Kind.BLIND_TRANSFER))
            return
        if can_transfer and fate < spec.transfer_share + spec.consult_share:
            self.push(at + talk // 2, 12, call, target)
            return
        if hold:
            self.push(at + talk // 3, 5, call, 0)
            self.push(at + talk // 3 + hold, 6, call, 0)
        kind = Kind.COMPLETED_BY_AGENT if fate > 0.87 else Kind.COMPLETED_BY_CALLER
        self.push(at + talk + hold, 4, call, int(kind))

    def on_hold(self, at: int, call: Call, number: int) -> None:
        """The agent puts the caller on hold."""
        self.tell(at, Kind.HELD, call.index, call.queue, call.agent)

    def on_retrieve(self, at: int, call: Call, number: int) -> None:
        """The agent takes the caller back."""
        self.tell(at, Kind.RETRIEVED, call.index, call.queue, call.agent)

    def on_talk_end(self, at: int, call: Call, kind: int) -> None:
        """The conversation ends, by either side or by a blind transfer; the agent wraps up."""
        if call.state != SPEAKING:
            return
        call.state = OVER
        target = self.transfer_to[call.queue]
        if kind == Kind.BLIND_TRANSFER and self.on_duty[target]:
            self.tell(at, Kind.BLIND_TRANSFER, call.index, call.queue, call.agent, 0, self.run.queues[target])
            card = self.run.visits[call.index]
            self.enter(at, target, call.caller, card.channel, card.born, card.number + 1)
        else:
            ending = Kind.COMPLETED_BY_AGENT if kind == Kind.COMPLETED_BY_AGENT else Kind.COMPLETED_BY_CALLER
            self.tell(at, ending, call.index, call.queue, call.agent)
        self.wrap(at, call)

    def on_consult(self, at: int, call: Call, target: int) -> None:
        """The agent holds the caller and calls another queue: a new call, joined to the first by the transfer only."""
        self.tell(at, Kind.HELD, call.index, call.queue, call.agent)
        self.channel += 2
        born = (self.midnight + at) // 1000
        other = self.enter(at, target, call.caller, self.channel, born, 1, consulted_by=call.index)
        other.consults = call
        if other.state == OVER:
            self.resume_caller(at, call)

    def on_handover(self, at: int, call: Call, number: int) -> None:
        """The second agent has heard enough: the attended transfer is completed."""
        first = call.consults
        if first is None or first.state != SPEAKING:
            return
        first.state = OVER
        self.tell(
            at, Kind.ATTENDED_TRANSFER, first.index, first.queue, first.agent, call.index, self.run.queues[call.queue]
        )
        self.wrap(at, first)

    def resume_caller(self, at: int, call: Call) -> None:
        """The consultation came to nothing: the first agent takes the caller back and ends the call alone."""
        self.tell(at, Kind.RETRIEVED, call.index, call.queue, call.agent)
        self.push(at + 45_000, 4, call, int(Kind.COMPLETED_BY_AGENT))

    def on_leave(self, at: int, call: Call, number: int) -> None:
        """Patience ends, the queue's timeout strikes, a key is pressed: the caller leaves, unless answered by now."""
        if call.state == WAITING or call.state == RUNG:
            self.drop(at, call, call.leave)

    def drop(self, at: int, call: Call, kind: Kind) -> None:
        """Take a waiting caller out of the queue."""
        waiting = self.waiting[call.queue]
        position = waiting.index(call) + 1
        waiting.remove(call)
        agent = call.agent if call.state == RUNG else -1
        call.state = OVER
        if agent >= 0:
            self.tell(at, Kind.RING_CANCELLED, call.index, call.queue, agent, at - call.ringing_at)
        text = {Kind.KEY_PRESSED: "9", Kind.WITHDRAWN: "callback-requested"}.get(kind, "")
        self.tell(at, kind, call.index, call.queue, -1, position, text)
        if call.consults is not None:
            self.resume_caller(at, call.consults)
        elif kind == Kind.ABANDONED and self.draws.redial[call.draw] < 0.38:
            again = at + 40_000 + int(self.draws.redial[call.draw] * 2_400_000)
            if again < 86_340_000:
                self.push(again, 0, (call.queue, call.caller), 0)
        if agent >= 0:
            self.release(at, agent)

    # agents

    def wrap(self, at: int, call: Call) -> None:
        """The agent writes up the call."""
        agent = call.agent
        length = self.draws.wrap_ms(call.draw, self.centre.queues[call.queue], self.slow[agent])
        self.state[agent] = WRAPPING
        self.tell(at, Kind.WRAP_STARTED, call.index, call.queue, agent, call.index, str(length // 1000))
        self.push(at + length, 7, call, agent)

    def on_wrap_end(self, at: int, call: Call, agent: int) -> None:
        """Written up; what is next?"""
        self.tell(at, Kind.WRAP_ENDED, call.index, call.queue, agent)
        self.release(at, agent)

    def release(self, at: int, agent: int) -> None:
        """The agent leaves, takes the break that is due, takes the most urgent caller, or is free."""
        if self.leaving[agent]:
            self.log_out(at, agent)
            return
        pending = self.pending[agent]
        if pending is not None:
            self.pending[agent] = None
            self.pause(at, agent, *pending)
            return
        best: Call | None = None
        best_score = 0
        for queue, penalty in self.skills[agent]:
            unrung = self.unrung[queue]
            while unrung and unrung[0].state != WAITING:
                unrung.popleft()
            if unrung:
                score = unrung[0].entered - self.bonus[queue] + penalty * PENALTY_MS
                if best is None or score < best_score:
                    best, best_score = unrung[0], score
        if best is not None:
            self.unrung[best.queue].popleft()
            self.ring(at, best, agent)
            return
        self.state[agent] = READY
        for queue, penalty in self.skills[agent]:
            self.free[queue][penalty][agent] = None

    def on_login(self, at: int, agent: int, number: int) -> None:
        """The agent logs in to all queues of the pool."""
        if self.state[agent] != OFF:
            return
        for queue, _penalty in self.skills[agent]:
            self.on_duty[queue] += 1
        self.tell(at, Kind.LOGGED_IN, -1, -1, agent)
        self.release(at, agent)

    def on_logout(self, at: int, agent: int, number: int) -> None:
        """The shift is over: at once, or after the conversation."""
        if self.state[agent] == OFF:
            return
        self.leaving[agent] = True
        if self.state[agent] in (READY, PAUSED):
            if self.state[agent] == PAUSED:
                self.tell(at, Kind.UNPAUSED, -1, -1, agent)
            self.log_out(at, agent)

    def log_out(self, at: int, agent: int) -> None:
        """Leave all queues; callers in a queue that nobody serves any more are sent away."""
        self.occupy(agent)
        self.state[agent] = OFF
        self.leaving[agent] = False
        self.tell(at, Kind.LOGGED_OUT, -1, -1, agent)
        for queue, _penalty in self.skills[agent]:
            self.on_duty[queue] -= 1
            if not self.on_duty[queue]:
                for call in list(self.waiting[queue]):
                    self.drop(at, call, Kind.EMPTIED)

    def on_pause(self, at: int, what: tuple[int, str], agent: int) -> None:
        """A break is due: taken at once when free, otherwise after the conversation."""
        if self.state[agent] == READY:
            self.occupy(agent)
            self.pause(at, agent, *what)
        elif self.state[agent] not in (OFF, PAUSED):
            self.pending[agent] = what

    def pause(self, at: int, agent: int, length: int, reason: str) -> None:
        """The agent is away for a while."""
        self.state[agent] = PAUSED
        self.tell(at, Kind.PAUSED, -1, -1, agent, length, reason)
        self.push(at + length, 11, agent, 0)

    def on_resume(self, at: int, agent: int, number: int) -> None:
        """Back from the break."""
        if self.state[agent] == PAUSED:
            self.tell(at, Kind.UNPAUSED, -1, -1, agent)
            self.release(at, agent)


def simulate_day(centre: Centre, day: date, *, seed: int, midnight: int, volume: float = 1.0) -> Run:
    """The facts of one local day; ``midnight`` is its first second since the epoch, ``volume`` scales the arrivals."""
    return Floor(centre, day, seed, midnight, volume).play()
