"""One scope's board out of the present moment: plain values, pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from kefu.areas.calls import rules
from kefu.areas.calls.models import Queue
from kefu.areas.calls.services.live.present import STATES, AgentNow, Present
from kefu.areas.calls.services.live.sums import WEEK
from kefu.kernel.metrics import METRICS
from kefu.platform.metrics.lines import row_of

MOST_AGENTS = 400
ENOUGH = 20
"""Visits without which a low service level alarms nobody."""
DEFAULT_LEVEL = 80
QUEUE_METRICS = ("service_level.f3", "abandon_rate", "asa", "offered")
TOTAL_QUEUE_METRICS = ("service_level.f3", "abandon_rate", "answer_rate", "asa", "offered")
TOTAL_AGENT_METRICS = ("aht", "occupancy")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a board covers: ``all``, ``site`` or ``team`` with its node; ``site_id`` is the site a team lies in."""

    kind: str
    node_id: int | None
    name: str
    nodes: frozenset[int] = frozenset()
    site_id: int | None = None

    @property
    def key(self) -> str:
        """The end of the topic."""
        return "all" if self.node_id is None else f"n{self.node_id}"

    def has_queue(self, present: Present, queue: Queue) -> bool:
        """Whether the queue belongs on this board."""
        if self.kind == "all":
            return True
        site = present.sites.get(queue.node_id or 0)
        return site is not None and site == self.site_id

    def has_node(self, node_id: int | None) -> bool:
        """Whether agents of that unit belong on this board."""
        return self.kind == "all" or node_id in self.nodes


def board(present: Present, scope: Scope, names: dict[int, str]) -> dict[str, Any]:
    """The payload of one topic. ``names`` are those of scope nodes."""
    queues = [queue for queue in present.queues.values() if scope.has_queue(present, queue)]
    queues.sort(key=lambda queue: (queue.sort_order, queue.code))
    agents = [agent for agent in present.agents if scope.has_node(agent.node_id)]
    shown = sorted(agents, key=lambda agent: (not agent.alarm, not agent.state, agent.name, agent.id))[:MOST_AGENTS]
    totals, alarms = _totals(present, scope, queues, agents), _alarms(present, queues, agents)
    return {
        "v": 1,
        "as_of": _iso(present.now),
        "tz": present.time_zone,
        "day": present.day.isoformat(),
        "scope": {"key": scope.key, "kind": scope.kind, "id": scope.node_id, "name": scope.name},
        "totals": totals,
        "queues": [_queue(present, queue, agents, names) for queue in queues],
        "agents": [_agent(present, agent, names) for agent in shown],
        "agents_total": len(agents),
        "series": _series(present, queues),
        "alarms": alarms,
    }


def _totals(present: Present, scope: Scope, queues: list[Queue], agents: list[AgentNow]) -> dict[str, Any]:
    longest = _longest(present, queues)
    ids = [queue.pk for queue in queues]
    metrics = {code: _queue_number(present, code, ids) for code in TOTAL_QUEUE_METRICS}
    for code in TOTAL_AGENT_METRICS:
        metrics[code] = _agent_number(present, scope, code)
    return {
        "waiting": sum(len(present.waiting.get(queue, ())) for queue in ids),
        "waiting_before": sum(present.waited[queue] for queue in ids),
        "longest_wait_since": _iso(longest[0]) if longest else None,
        "longest_wait_queue": longest[1].code if longest else None,
        "agents": _states(agents),
        "online": sum(bool(agent.state) for agent in agents),
        "known": len(agents),
        "metrics": metrics,
    }


def _longest(present: Present, queues: Iterable[Queue]) -> tuple[datetime, Queue] | None:
    heads = [(present.waiting[queue.pk][0], queue) for queue in queues if present.waiting.get(queue.pk)]
    return min(heads, key=lambda head: head[0], default=None)


def _states(agents: Iterable[AgentNow]) -> dict[str, int]:
    counts = Counter(agent.state or "offline" for agent in agents)
    return {state: counts[state] for state in (*STATES, "offline")}


def _queue(present: Present, queue: Queue, agents: list[AgentNow], names: dict[int, str]) -> dict[str, Any]:
    waiting = present.waiting.get(queue.pk, [])
    site = present.sites.get(queue.node_id or 0)
    return {
        "id": queue.pk,
        "code": queue.code,
        "name": queue.name,
        "site": None if site is None else {"id": site, "name": names.get(site, "")},
        "waiting": len(waiting),
        "longest_wait_since": _iso(waiting[0]) if waiting else None,
        "agents": _states(agent for agent in agents if queue.pk in agent.queues),
        "metrics": {code: _queue_number(present, code, [queue.pk], previous=False) for code in QUEUE_METRICS},
    }


def _agent(present: Present, agent: AgentNow, names: dict[int, str]) -> dict[str, Any]:
    queue = present.queues.get(agent.queue_id or 0)
    return {
        "id": agent.id,
        "code": agent.code,
        "name": agent.name,
        "team": None if agent.node_id is None else {"id": agent.node_id, "name": names.get(agent.node_id, "")},
        "state": agent.state or "offline",
        "reason": agent.reason,
        "since": _iso(agent.since) if agent.since else None,
        "queue": queue.code if queue else None,
        "limit_seconds": agent.limit_seconds,
        "alarm": agent.alarm,
    }


def _queue_number(present: Present, code: str, queues: list[int], *, previous: bool = True) -> dict[str, Any]:
    number = _number(code, "calls.queue", _queue_sums(present, queues, present.day, 96))
    if previous:
        before = _queue_sums(present, queues, present.day - WEEK, present.slot)
        number["previous"] = _number(code, "calls.queue", before) if before.get("offered") else None
    return number


def _queue_sums(present: Present, queues: list[int], day: date, before_slot: int) -> dict[str, int]:
    wanted = set(queues)
    sums: Counter[str] = Counter()
    for (queue, of_day, slot), values in present.queue_sums.items():
        if queue in wanted and of_day == day and slot < before_slot:
            sums.update(values)
    return dict(sums)


def _agent_number(present: Present, scope: Scope, code: str) -> dict[str, Any]:
    number = _number(code, "calls.agent", _team_sums(present, scope, present.day))
    before = _team_sums(present, scope, present.day - WEEK)
    number["previous"] = _number(code, "calls.agent", before) if before else None
    return number


def _team_sums(present: Present, scope: Scope, day: date) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (node, of_day), values in present.team_sums.items():
        if of_day == day and scope.has_node(node):
            sums.update(values)
    return dict(sums)


def _number(code: str, family: str, sums: dict[str, int]) -> dict[str, Any]:
    metric = METRICS.get(code)
    named: dict[str, float] = {
        f"{prefix}.{name}": value for name, value in sums.items() for prefix in (family, "calls.state")
    }
    row = row_of(metric, (), (), named)
    return {"numerator": row.numerator, "denominator": row.denominator, "n": row.n}


def _series(present: Present, queues: list[Queue]) -> dict[str, Any]:
    wanted = {queue.pk for queue in queues}
    offered: list[int | None] = [0] * 48
    last_week = [0] * 48
    level = [[0, 0] for _ in range(48)]
    for (queue, day, slot), values in present.queue_sums.items():
        if queue not in wanted:
            continue
        half = slot // 2
        if day != present.day:
            last_week[half] += values["offered"]
            continue
        offered[half] = (offered[half] or 0) + values["offered"]
        level[half][0] += values["answered_within"]
        level[half][1] += values["answered"] + values["abandoned"]
    current = present.slot // 2
    return {
        "step_minutes": 30,
        "offered": [value if half <= current else None for half, value in enumerate(offered)],
        "offered_last_week": last_week,
        "service_level": [pair if pair[1] and half <= current else None for half, pair in enumerate(level)],
    }


def _alarms(present: Present, queues: list[Queue], agents: list[AgentNow]) -> list[dict[str, Any]]:
    found = [
        _alarm("source_silent", "bad", name=source.name, since=source.last_received_at) for source in present.silent
    ]
    for queue in queues:
        found += _queue_alarms(present, queue, agents)
    for agent in sorted(agents, key=lambda agent: (agent.since or present.now, agent.id)):
        if agent.alarm and agent.since:
            value = (present.now - agent.since).total_seconds()
            found.append(
                _alarm(agent.alarm, "warn", agent=agent.id, name=agent.name, since=agent.since, value=round(value),
                       limit=agent.limit_seconds)
            )  # fmt: skip
    return sorted(found, key=lambda alarm: alarm["tone"] != "bad")


def _queue_alarms(present: Present, queue: Queue, agents: list[AgentNow]) -> list[dict[str, Any]]:
    found = []
    waiting = present.waiting.get(queue.pk, [])
    limit = present.limits[rules.WAIT_LIMIT_SECONDS]
    if waiting and (value := (present.now - waiting[0]).total_seconds()) > limit:
        found.append(
            _alarm(
                "long_wait", "bad", queue=queue.code, name=queue.name, since=waiting[0], value=round(value), limit=limit
            )
        )
    if waiting and not any(queue.pk in agent.queues and agent.state for agent in present.agents):
        found.append(_alarm("queue_without_agents", "bad", queue=queue.code, name=queue.name, since=waiting[0]))
    level = _queue_number(present, "service_level.f3", [queue.pk], previous=False)
    goal = (queue.target_percent or DEFAULT_LEVEL) / 100
    if level["denominator"] and level["n"] >= ENOUGH and level["numerator"] / level["denominator"] < goal:
        value = round(level["numerator"] / level["denominator"], 4)
        found.append(_alarm("service_level_low", "warn", queue=queue.code, name=queue.name, value=value, limit=goal))
    return found


def _alarm(kind: str, tone: str, *, name: str, since: datetime | None = None, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "tone": tone,
        "queue": more.get("queue"),
        "agent": more.get("agent"),
        "name": name,
        "since": _iso(since) if since else None,
        "value": more.get("value"),
        "limit": more.get("limit"),
    }


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
