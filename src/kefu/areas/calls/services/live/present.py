"""The present moment read from the tables in a handful of statements, whatever the number of scopes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from kefu.areas.calls import rules
from kefu.areas.calls.choices import LinkState
from kefu.areas.calls.engine.agents import Machine
from kefu.areas.calls.engine.slots import utc
from kefu.areas.calls.models import (
    AgentAlias,
    AgentCarry,
    LiveOverlay,
    Queue,
    QueueAlias,
    QueueVisit,
    Source,
)
from kefu.areas.calls.services.live.sums import LastWeek, QueueSums, TeamSums, today
from kefu.areas.people import queries as people
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.metrics.dimensions import site_of
from kefu.platform.params import queries as params

WAITING_AT_MOST = timedelta(days=1)
BEFORE = timedelta(minutes=15)
STATES = ("ready", "ringing", "talking", "holding", "wrap_up", "not_ready")
LIMITS = {
    "talking": ("long_talk", rules.TALK_LIMIT_SECONDS),
    "wrap_up": ("long_wrap", rules.WRAP_LIMIT_SECONDS),
    "not_ready": ("long_not_ready", rules.PAUSE_LIMIT_SECONDS),
}


@dataclass(slots=True)
class AgentNow:
    """An agent at this moment; ``state`` is empty when it is signed out."""

    id: int
    code: str
    name: str
    node_id: int | None
    state: str = ""
    reason: str = ""
    since: datetime | None = None
    queue_id: int | None = None
    queues: set[int] = field(default_factory=set)
    limit_seconds: int | None = None
    alarm: str = ""


@dataclass(slots=True)
class Present:
    """Everything the boards are made of."""

    now: datetime
    day: date
    slot: int
    time_zone: str
    queues: dict[int, Queue]
    sites: dict[int, int]
    waiting: dict[int, list[datetime]]
    waited: Counter[int]
    agents: list[AgentNow]
    queue_sums: QueueSums
    team_sums: TeamSums
    silent: list[Source]
    limits: dict[str, int]


def read(now: datetime, time_zone: str, last_week: LastWeek) -> Present:
    """The present moment; ``last_week`` is what is kept of the comparison."""
    day = clock.local_date(now, time_zone)
    slot = clock.local_slot(now, time_zone)
    queues = {queue.pk: queue for queue in Queue.objects.filter(is_active=True)}
    values = params.values(
        [rules.TALK_LIMIT_SECONDS, rules.WRAP_LIMIT_SECONDS, rules.PAUSE_LIMIT_SECONDS, rules.WAIT_LIMIT_SECONDS,
         rules.SILENCE_SECONDS]
    )  # fmt: skip
    limits = {code: int(value) for code, value in values.items()}
    agents = _agents(now, limits)
    nodes = {q.node_id for q in queues.values() if q.node_id} | {a.node_id for a in agents if a.node_id}
    sums, before = today(day), last_week.upto(day, slot, now)
    return Present(
        now=now,
        day=day,
        slot=slot,
        time_zone=time_zone,
        queues=queues,
        sites=site_of(nodes),
        waiting=_waiting(now),
        waited=_waited(now - BEFORE),
        agents=agents,
        queue_sums=sums.queues | before.queues,
        team_sums=sums.teams | before.teams,
        silent=_silent(now, limits[rules.SILENCE_SECONDS]),
        limits=limits,
    )


def _waiting(now: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = QueueVisit.objects.filter(
        ended_at=None, outcome="waiting", entered_at__gt=now - WAITING_AT_MOST, day__gte=(now - WAITING_AT_MOST).date()
    )
    for queue_id, entered_at in rows.order_by("entered_at").values_list("queue_id", "entered_at"):
        found[queue_id].append(entered_at)
    return found


def _waited(at: datetime) -> Counter[int]:
    """How many waited in each queue at an earlier instant."""
    rows = QueueVisit.objects.filter(
        entered_at__lte=at, entered_at__gt=at - timedelta(hours=2), day__gte=(at - timedelta(days=1)).date()
    ).annotate(left_at=Coalesce(F("answered_at"), F("ended_at")))
    return Counter(rows.filter(Q(left_at=None) | Q(left_at__gt=at)).values_list("queue_id", flat=True))


def _agents(now: datetime, limits: dict[str, int]) -> list[AgentNow]:
    known = {
        agent.pk: AgentNow(
            agent.pk,
            agent.code,
            agent.employee.name if agent.employee else agent.name or agent.code,
            agent.employee.unit_id if agent.employee else None,
        )
        for agent in people.agents_visible_to(Actor.system("calls.live")).filter(is_active=True)
    }
    names = {
        (s, n): a for s, n, a in AgentAlias.objects.filter(ends_on=None).values_list("source_id", "name", "agent_id")
    }
    queues = {
        (s, n): q for s, n, q in QueueAlias.objects.filter(ends_on=None).values_list("source_id", "name", "queue_id")
    }
    overlays = _overlays()
    rows = AgentCarry.objects.filter(day=None).values_list("source_id", "agent_key", "state")
    now_ms = int(now.timestamp() * 1000)
    for source_id, key, state in rows:
        agent = known.get(names.get((source_id, key), 0))
        interval = Machine(key, state).present(now_ms)
        if agent is None or interval is None:
            continue
        agent.state, agent.reason, agent.since = interval.state, interval.reason, utc(interval.started_ms)
        agent.queue_id = queues.get((source_id, interval.queue))
        agent.queues = {queues[source_id, name] for name in state.get("queues", {}) if (source_id, name) in queues}
        told = overlays.get((source_id, key))
        if told is not None and told.get("state") in STATES and told["state"] != agent.state:
            agent.state = str(told["state"])
            agent.since = utc(int(told["since_ms"])) if told.get("since_ms") else agent.since
    for agent in known.values():
        kind, code = LIMITS.get(agent.state, ("", ""))
        if code and agent.since is not None:
            agent.limit_seconds = limits[code]
            if (now - agent.since).total_seconds() > limits[code]:
                agent.alarm = kind
    return list(known.values())


def _overlays() -> dict[tuple[int, str], dict[str, Any]]:
    """What live links say of agents: hold and ringing, which no log tells in time."""
    rows = LiveOverlay.objects.filter(kind="agent", source__link_state=LinkState.UP)
    return {(source, key): data for source, key, data in rows.values_list("source_id", "key", "data")}


def _silent(now: datetime, limit: int) -> list[Source]:
    return list(
        Source.objects.filter(is_active=True)
        .exclude(link_state=LinkState.NEVER)
        .filter(Q(last_received_at=None) | Q(last_received_at__lt=now - timedelta(seconds=limit)))
    )
