"""What only a live feed knows: from AMI messages to the present state of calls and agents. Pure.

The queue log is the record; this is an overlay for the wallboard, thrown away and rebuilt from a ``QueueStatus``
snapshot whenever the link comes up. It holds no personal data. ``QueueCallerAbandon`` is not counted: it fires for
timeouts, empty queues and withdrawals as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, str]
Key = tuple[str, str]
"""("call", unique id) or ("agent", member name)."""

DEVICE_RINGING = frozenset({"6", "7"})
DEVICE_BUSY = frozenset({"2", "3"})
DEVICE_ON_HOLD = "8"
DEVICE_GONE = frozenset({"4", "5"})


@dataclass(slots=True)
class _Call:
    queue: str
    linked: str
    since_ms: int
    state: str = "waiting"
    agent: str = ""
    position: int = 0

    def data(self) -> dict[str, Any]:
        return {
            "queue": self.queue,
            "state": self.state,
            "agent": self.agent,
            "position": self.position,
            "since_ms": self.since_ms,
        }


@dataclass(slots=True)
class _Agent:
    since_ms: int
    queues: dict[str, str | None] = field(default_factory=dict)
    """Queue → pause reason, ``None`` when not paused there."""
    device: str = "0"
    call: str = ""
    ringing: str = ""
    held: bool = False
    state: str = ""

    def present_state(self) -> str:
        if self.call:
            return "holding" if self.held else "talking"
        if self.ringing or self.device in DEVICE_RINGING:
            return "ringing"
        if self.queues and all(reason is not None for reason in self.queues.values()):
            return "not_ready"
        if self.device in DEVICE_GONE:
            return "offline"
        if self.device in DEVICE_BUSY:
            return "talking"
        return "holding" if self.device == DEVICE_ON_HOLD else "ready"

    def data(self) -> dict[str, Any]:
        reasons = [reason for reason in self.queues.values() if reason]
        return {
            "state": self.state,
            "reason": reasons[0] if self.state == "not_ready" and reasons else "",
            "queues": sorted(self.queues),
            "call": self.call or self.ringing,
            "since_ms": self.since_ms,
        }


class Overlay:
    """The live state of one source. ``apply`` returns which keys changed; ``rows`` is the whole of it."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._agents: dict[str, _Agent] = {}

    @classmethod
    def from_snapshot(cls, messages: Iterable[Message], now_ms: int) -> Overlay:
        """The state told by the messages of one ``QueueStatus`` answer."""
        overlay = cls()
        for message in messages:
            match message.get("Event"):
                case "QueueMember":
                    overlay._member(message.get("Name", ""), message, now_ms)
                case "QueueEntry":
                    waited = _number(message.get("Wait"))
                    overlay._calls[message.get("Uniqueid", "")] = _Call(
                        queue=message.get("Queue", ""),
                        linked=message.get("Linkedid", message.get("Uniqueid", "")),
                        since_ms=now_ms - 1000 * waited,
                        position=_number(message.get("Position")),
                    )
        for agent in overlay._agents.values():
            agent.state = agent.present_state()
        return overlay

    def rows(self) -> dict[Key, dict[str, Any]]:
        """Everything that holds at present."""
        found: dict[Key, dict[str, Any]] = {("call", key): call.data() for key, call in self._calls.items()}
        found.update({("agent", key): agent.data() for key, agent in self._agents.items()})
        return found

    def data(self, key: Key) -> dict[str, Any] | None:
        """What holds for one key; ``None`` when it is gone."""
        kind, name = key
        thing: _Call | _Agent | None = self._calls.get(name) if kind == "call" else self._agents.get(name)
        return None if thing is None else thing.data()

    def apply(self, message: Message, now_ms: int) -> set[Key]:
        """Let one event happen."""
        handler = getattr(self, f"_on_{message.get('Event', '').lower()}", None)
        if handler is None:
            return set()
        at = message.get("Timestamp", "")
        at_ms = int(float(at) * 1000) if at.replace(".", "", 1).isdigit() else now_ms
        changed: set[Key] = handler(message, at_ms)
        for kind, name in changed:
            agent = self._agents.get(name) if kind == "agent" else None
            if agent is not None and agent.state != (state := agent.present_state()):
                agent.state, agent.since_ms = state, at_ms
        return changed

    def _member(self, name: str, message: Message, at_ms: int) -> set[Key]:
        if not name:
            return set()
        agent = self._agents.setdefault(name, _Agent(at_ms))
        paused = message.get("Paused") == "1"
        agent.queues[message.get("Queue", "")] = message.get("PausedReason", "") if paused else None
        agent.device = message.get("Status", agent.device)
        return {("agent", name)}

    def _on_queuememberadded(self, message: Message, at_ms: int) -> set[Key]:
        return self._member(message.get("MemberName", ""), message, at_ms)

    _on_queuememberstatus = _on_queuememberpause = _on_queuememberadded

    def _on_queuememberremoved(self, message: Message, at_ms: int) -> set[Key]:
        name = message.get("MemberName", "")
        agent = self._agents.get(name)
        if agent is None:
            return set()
        agent.queues.pop(message.get("Queue", ""), None)
        if not agent.queues:
            del self._agents[name]
        return {("agent", name)}

    def _on_queuecallerjoin(self, message: Message, at_ms: int) -> set[Key]:
        key = message.get("Uniqueid", "")
        self._calls[key] = _Call(
            queue=message.get("Queue", ""),
            linked=message.get("Linkedid", key),
            since_ms=at_ms,
            position=_number(message.get("Position")),
        )
        return {("call", key)}

    def _on_queuecallerleave(self, message: Message, at_ms: int) -> set[Key]:
        key = message.get("Uniqueid", "")
        call = self._calls.get(key)
        if call is None or call.state != "waiting":
            return set()
        del self._calls[key]
        return {("call", key), *self._stop_ringing(key)}

    def _stop_ringing(self, call: str) -> set[Key]:
        """Nobody rings for a call that has left the queue (no message says so when a ring is cancelled)."""
        ringing = [name for name, agent in self._agents.items() if agent.ringing == call]
        for name in ringing:
            self._agents[name].ringing = ""
        return {("agent", name) for name in ringing}

    def _on_agentcalled(self, message: Message, at_ms: int) -> set[Key]:
        return self._ring(message, message.get("Uniqueid", ""))

    def _on_agentringnoanswer(self, message: Message, at_ms: int) -> set[Key]:
        return self._ring(message, "")

    _on_agentdump = _on_agentringnoanswer

    def _ring(self, message: Message, call: str) -> set[Key]:
        name = message.get("MemberName", "")
        agent = self._agents.get(name)
        if agent is None:
            return set()
        agent.ringing = call
        return {("agent", name)}

    def _on_agentconnect(self, message: Message, at_ms: int) -> set[Key]:
        key, name = message.get("Uniqueid", ""), message.get("MemberName", "")
        self._calls[key] = _Call(
            queue=message.get("Queue", ""),
            linked=message.get("Linkedid", key),
            since_ms=at_ms,
            state="talking",
            agent=name,
        )
        agent = self._agents.setdefault(name, _Agent(at_ms))
        agent.call, agent.ringing, agent.held = key, "", False
        return {("call", key), ("agent", name), *self._stop_ringing(key)}

    def _on_agentcomplete(self, message: Message, at_ms: int) -> set[Key]:
        return self._end(message.get("Uniqueid", ""))

    def _on_hangup(self, message: Message, at_ms: int) -> set[Key]:
        key = message.get("Uniqueid", "")
        return self._end(key) if key in self._calls else set()

    def _end(self, key: str) -> set[Key]:
        changed: set[Key] = set()
        if self._calls.pop(key, None) is not None:
            changed.add(("call", key))
        for name, agent in self._agents.items():
            if key and key in (agent.call, agent.ringing):
                agent.call, agent.ringing, agent.held = "", "", False
                changed.add(("agent", name))
        return changed

    def _on_hold(self, message: Message, at_ms: int) -> set[Key]:
        return self._hold(message, at_ms, held=True)

    def _on_unhold(self, message: Message, at_ms: int) -> set[Key]:
        return self._hold(message, at_ms, held=False)

    def _hold(self, message: Message, at_ms: int, *, held: bool) -> set[Key]:
        changed: set[Key] = set()
        for key, call in self._calls.items():
            if call.linked == message.get("Linkedid") and call.state in ("talking", "holding"):
                state = "holding" if held else "talking"
                if call.state != state:
                    call.state, call.since_ms = state, at_ms
                    changed.add(("call", key))
                if call.agent in self._agents and self._agents[call.agent].held != held:
                    self._agents[call.agent].held = held
                    changed.add(("agent", call.agent))
        return changed


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
