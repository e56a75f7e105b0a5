"""Writes facts as Asterisk writes its ``queue_log``: the same verbs, fields and units, in whole seconds.

What Asterisk does not log by itself (hold, the start of a ring) is left out here too, unless ``logs_hold`` says that the
dial plan writes HOLD and UNHOLD with ``QueueLog()``. Wrap-up is logged as ``WRAPUPSTART`` with its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from kefu.areas.calls.engine.simulation.facts import Fact, Kind, Run

BRIDGES = UUID("6f1d1c52-2a3e-4c39-9a53-0d3a4c1f7a10")
CONTEXT = "inbound"
EXITS = {
    Kind.ABANDONED: "ABANDON",
    Kind.TIMED_OUT: "EXITWITHTIMEOUT",
    Kind.EMPTIED: "EXITEMPTY",
    Kind.KEY_PRESSED: "EXITWITHKEY",
    Kind.WITHDRAWN: "WITHDRAW",
}


class LineWriter:
    """Turns the facts of one run into lines; remembers what Asterisk's channels remember (wait, answer, ring)."""

    def __init__(self, run: Run, *, logs_hold: bool = False) -> None:
        self.run = run
        self.logs_hold = logs_hold
        self.channels: dict[int, int] = {}
        self.answers: dict[int, tuple[int, int]] = {}

    def lines(self, fact: Fact) -> Iterator[str]:
        """The lines of one fact: none, one, or one per queue."""
        stamp = fact.at // 1000
        if fact.visit >= 0:
            verb = self.of_call(fact, stamp)
            if verb is not None:
                agent = self.run.agents[fact.agent] if fact.agent >= 0 else "NONE"
                call = "NONE" if fact.kind == Kind.WRAP_STARTED else self.run.call_key(fact.visit)
                yield f"{stamp}|{call}|{self.run.queues[fact.queue]}|{agent}|{verb}"
            return
        agent = self.run.agents[fact.agent]
        if fact.kind in (Kind.LOGGED_IN, Kind.LOGGED_OUT):
            verb = "ADDMEMBER" if fact.kind == Kind.LOGGED_IN else "REMOVEMEMBER"
            for queue in self.run.skills[fact.agent]:
                yield f"{stamp}|MANAGER|{self.run.queues[queue]}|{agent}|{verb}|"
        elif fact.kind in (Kind.PAUSED, Kind.UNPAUSED):
            verb = "PAUSE" if fact.kind == Kind.PAUSED else "UNPAUSE"
            yield f"{stamp}|NONE|NONE|{agent}|{verb}ALL|{fact.text}"
            for queue in self.run.skills[fact.agent]:
                yield f"{stamp}|NONE|{self.run.queues[queue]}|{agent}|{verb}|{fact.text}"

    def of_call(self, fact: Fact, stamp: int) -> str | None:
        """Verb and fields of a fact about a visit, ``None`` for what Asterisk keeps to itself."""
        card = self.run.visits[fact.visit]
        waited = stamp - card.entered // 1000
        match fact.kind:
            case Kind.ENTERED:
                return f"ENTERQUEUE||{card.caller}|{fact.value}|"
            case Kind.RINGING:
                self.channels[fact.visit] = fact.value
            case Kind.RING_NO_ANSWER:
                return f"RINGNOANSWER|{fact.value}"
            case Kind.RING_CANCELLED:
                return f"RINGCANCELED|{fact.value}"
            case Kind.CONNECTED:
                self.answers[fact.visit] = (waited, stamp)
                ring_began = (fact.at - fact.value) // 1000
                channel = f"{self.run.system}-{ring_began}.{self.channels.pop(fact.visit)}"
                return f"CONNECT|{waited}|{channel}|{stamp - ring_began}"
            case Kind.COMPLETED_BY_CALLER | Kind.COMPLETED_BY_AGENT:
                verb = "COMPLETECALLER" if fact.kind == Kind.COMPLETED_BY_CALLER else "COMPLETEAGENT"
                return f"{verb}|{self.spent(fact.visit, stamp)}"
            case Kind.BLIND_TRANSFER:
                return f"BLINDTRANSFER|{fact.text}|{CONTEXT}|{self.spent(fact.visit, stamp)}"
            case Kind.ATTENDED_TRANSFER:
                bridge = uuid5(BRIDGES, self.run.call_key(fact.visit))
                return f"ATTENDEDTRANSFER|BRIDGE|{bridge}|{self.spent(fact.visit, stamp)}"
            case Kind.KEY_PRESSED:
                return f"EXITWITHKEY|{fact.text}|{fact.value}|{card.position}|{waited}"
            case Kind.WITHDRAWN:
                return f"WITHDRAW|{fact.value}|{card.position}|{waited}|{fact.text}"
            case Kind.ABANDONED | Kind.TIMED_OUT | Kind.EMPTIED:
                self.channels.pop(fact.visit, None)
                return f"{EXITS[fact.kind]}|{fact.value}|{card.position}|{waited}"
            case Kind.WRAP_STARTED:
                return f"WRAPUPSTART|{fact.text}"
            case Kind.HELD | Kind.RETRIEVED if self.logs_hold:
                return "HOLD|" if fact.kind == Kind.HELD else "UNHOLD|"
        return None

    def spent(self, visit: int, stamp: int) -> str:
        """holdtime|calltime|origpos of a conversation that ends now."""
        waited, answered = self.answers.pop(visit)
        return f"{waited}|{stamp - answered}|{self.run.visits[visit].position}"


def timed_lines(run: Run, *, logs_hold: bool = False) -> Iterator[tuple[int, str]]:
    """(millisecond, line) in the order of time."""
    writer = LineWriter(run, logs_hold=logs_hold)
    for fact in run.facts:
        for line in writer.lines(fact):
            yield fact.at, line


def to_queue_log(run: Run, *, logs_hold: bool = False) -> Iterator[str]:
    """The lines of the run."""
    return (line for _at, line in timed_lines(run, logs_hold=logs_hold))
