"""The fact tables as the metric layer sees them: dimensions, families, grains, who may see which row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls import queries
from kefu.areas.calls.models import AgentFact, AgentMonth, Queue, QueueFact, Source, SourceDay
from kefu.areas.calls.rules import WAIT_BOUNDS
from kefu.areas.calls.services.sums import SHARED
from kefu.areas.people import queries as people
from kefu.kernel.actor import Actor
from kefu.kernel.metrics import Dimension, Fact, Grain, Measure, Member
from kefu.kernel.permissions import Scope
from kefu.platform.access import queries as access
from kefu.platform.metrics.permissions import VIEW_NUMBER

OPTIONS = 500
NOT_MEASURES = frozenset({"id", "source_id", "queue_id", "agent_id", "node_id", "day", "slot_at", "local_slot"})


def _coded(model: Any, name: str) -> tuple[Any, Any]:
    def resolve(codes: Sequence[str]) -> Mapping[str, int]:
        return dict(model.objects.filter(code__in=codes).values_list("code", "id"))

    def members(keys: Sequence[int]) -> Mapping[int, Member]:
        rows = model.objects.filter(id__in=keys).values_list("id", "code", name)
        return {key: Member(key, code, label) for key, code, label in rows}

    return resolve, members


def _source_options(viewer: Actor | None) -> Sequence[Member]:
    return [Member(*row) for row in Source.objects.order_by("code").values_list("id", "code", "name")[:OPTIONS]]


def _queue_options(viewer: Actor | None) -> Sequence[Member]:
    rows = Queue.objects.filter(is_active=True)
    if viewer is not None and not viewer.is_system:
        scope = access.scope_for(viewer, VIEW_NUMBER)
        if not scope.everything:
            rows = rows.filter(node_id__in=_with_sites(scope))
    return [Member(*row) for row in rows.order_by("sort_order", "code").values_list("id", "code", "name")[:OPTIONS]]


def _resolve_agents(codes: Sequence[str]) -> Mapping[str, int]:
    agents: Any = AgentFact._meta.get_field("agent").related_model  # the people room owns the model
    return dict(agents.objects.filter(code__in=codes).values_list("code", "pk"))


def _agent_members(keys: Sequence[int]) -> Mapping[int, Member]:
    return {p.agent_id: Member(p.agent_id, p.code, p.name) for p in people.agents_by_id(keys).values()}


def _agent_options(viewer: Actor | None) -> Sequence[Member]:
    if viewer is None:
        return []
    rows = people.agents_visible_to(viewer).order_by("code")[:OPTIONS]
    return [Member(row.pk, row.code, row.employee.name if row.employee else row.name or row.code) for row in rows]


def _with_sites(scope: Scope) -> set[int]:
    """The scope's nodes and the sites they lie in: queues belong to sites, teams serve them."""
    from kefu.platform.metrics.dimensions import site_of

    return set(scope.node_ids) | set(site_of(scope.node_ids).values())


def queue_rows(scope: Scope) -> Q:
    """Sums of queues are open to those whose scope holds the queue's unit or lies in its site."""
    return Q(node_id__in=_with_sites(scope)) if scope.node_ids else Q(pk__in=[])


def agent_rows(scope: Scope) -> Q:
    """Sums of agents: by the team at their time, by the unit now, or one's own.

    The agents are named outright: the facts of a day are keyed by agent, and a team is few of many. Who ever belonged
    to it stands in the monthly facts.
    """
    own = set(people.agents_of_user(scope.user_id)) if scope.user_id is not None else set()
    if not scope.node_ids:
        return Q(agent_id__in=own) if own else Q(pk__in=[])
    own |= people.agents_of_units(scope.node_ids)
    nodes = list(scope.node_ids)
    ever = AgentMonth.objects.filter(node_id__in=nodes, agent__isnull=False).values_list("agent_id", flat=True)
    return Q(agent_id__in=own.union(ever.distinct())) & (Q(agent_id__in=own) | Q(node_id__in=nodes))


def source_rows(scope: Scope) -> Q:
    """Sums of sources: by the source's unit."""
    return Q(node_id__in=scope.node_ids) if scope.node_ids else Q(pk__in=[])


SOURCE = Dimension("source", _("话务源"), *_coded(Source, "name"), _source_options)
QUEUE = Dimension("queue", _("技能队列"), *_coded(Queue, "name"), _queue_options)
AGENT = Dimension("agent", _("坐席"), _resolve_agents, _agent_members, _agent_options, person=True)
DIMENSIONS = (SOURCE, QUEUE, AGENT)

_QUEUE = {"source": "source_id", "queue": "queue_id"}
_AGENT = {**_QUEUE, "agent": "agent_id", "team": "node_id"}
_STATE = {"source": "source_id", "agent": "agent_id", "team": "node_id"}
_ON_QUEUE: dict[str, Any] = {"node_column": "node_id", "visible": queue_rows, "rows_url": queries.visits_url}
_ON_AGENT: dict[str, Any] = {
    "node_column": "node_id", "visible": agent_rows, "rows_url": queries.visits_url, "only": {"queue__isnull": False},
}  # fmt: skip
_ON_STATE: dict[str, Any] = {"node_column": "node_id", "visible": agent_rows, "only": {"queue__isnull": True}}

FACTS = (
    Fact("calls.queue.slot", _("队列时段"), "calls.QueueFact", _QUEUE, "calls.queue", slot_column="local_slot", **_ON_QUEUE),
    Fact("calls.queue.day", _("队列日"), "calls.QueueDay", _QUEUE, "calls.queue", Grain.DAY, **_ON_QUEUE),
    Fact("calls.agent.slot", _("坐席时段"), "calls.AgentFact", _AGENT, "calls.agent", slot_column="local_slot", **_ON_AGENT),
    Fact("calls.agent.day", _("坐席日"), "calls.AgentDay", _AGENT, "calls.agent", Grain.DAY, **_ON_AGENT),
    Fact("calls.agent.month", _("坐席月"), "calls.AgentMonth", _AGENT, "calls.agent", Grain.MONTH, **_ON_AGENT),
    Fact("calls.state.slot", _("坐席状态时段"), "calls.AgentFact", _STATE, "calls.state", slot_column="local_slot", **_ON_STATE),
    Fact("calls.state.day", _("坐席状态日"), "calls.AgentDay", _STATE, "calls.state", Grain.DAY, **_ON_STATE),
    Fact("calls.state.month", _("坐席状态月"), "calls.AgentMonth", _STATE, "calls.state", Grain.MONTH, **_ON_STATE),
    Fact(
        "calls.wait",
        _("等待时长分布"),
        "calls.WaitHistogram",
        _QUEUE,
        grain=Grain.DAY,
        bucket_column="bucket",
        bounds=tuple(float(bound) for bound in WAIT_BOUNDS),
        **_ON_QUEUE,
    ),
    Fact(
        "calls.service",
        _("话务源服务时间"),
        "calls.SourceDay",
        {"source": "source_id"},
        grain=Grain.DAY,
        node_column="node_id",
        visible=source_rows,
    ),
)  # fmt: skip

LABELS = {
    "offered": _("进入队列"),
    "answered": _("接通"),
    "answered_within": _("时限内接通"),
    "answered_no_talk": _("接通未通话"),
    "no_talk_by_agent": _("接通未通话（坐席挂机）"),
    "abandoned": _("放弃"),
    "abandoned_within": _("时限内放弃"),
    "abandoned_short": _("短时放弃"),
    "timed_out": _("排队超时"),
    "exited_empty": _("无坐席退出"),
    "exited_key": _("按键退出"),
    "withdrawn": _("撤出队列"),
    "overflowed": _("溢出"),
    "voicemail": _("转语音留言"),
    "lost": _("平台丢失"),
    "waiting": _("仍在排队"),
    "agent_released": _("坐席先挂机"),
    "wait_answered_seconds": _("接通者的等待"),
    "wait_abandoned_seconds": _("放弃者的等待"),
    "ring_seconds": _("振铃时长"),
    "talk_seconds": _("通话时长"),
    "hold_seconds": _("保持时长"),
    "wrap_seconds": _("话后时长"),
    "handled": _("处理量"),
    "held": _("有保持的通话"),
    "transferred": _("转出"),
    "routed": _("派给坐席"),
    "ring_no_answer": _("响铃未接"),
    "contacts": _("来电"),
    "repeats": _("重复来电"),
    "first_answers": _("首次接通"),
    "first_answer_seconds": _("首次接通前的时间"),
    "first_answer_business_seconds": _("首次接通前的服务时间"),
    "state_ready_seconds": _("空闲时间"),
    "state_ringing_seconds": _("振铃时间"),
    "state_talking_seconds": _("通话时间"),
    "state_holding_seconds": _("保持时间"),
    "state_wrap_seconds": _("话后时间"),
    "state_not_ready_seconds": _("小休时间"),
    "logged_in_seconds": _("签入时间"),
    "service_seconds": _("应服务时间"),
    "outage_seconds": _("中断时间"),
}


def _measures(model: Any, family: str, wanted: Any = lambda column: True) -> list[Measure]:
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in NOT_MEASURES and f.attname in LABELS]
    return [Measure(f"{family}.{c}", LABELS[c], family, c) for c in columns if wanted(c)]


def _shared(measures: list[Measure]) -> list[Measure]:
    """Those of agents that the (much smaller) tables of queues hold as well."""
    return [replace(m, same_as=(f"calls.queue.{m.column}",)) if m.column in SHARED else m for m in measures]


def _is_state(column: str) -> bool:
    return column.startswith("state_") or column == "logged_in_seconds"


MEASURES = (
    *_measures(QueueFact, "calls.queue"),
    *_shared(_measures(AgentFact, "calls.agent", lambda column: not _is_state(column))),
    *_measures(AgentFact, "calls.state", _is_state),
    *_measures(SourceDay, "calls.service"),
    Measure("calls.wait.visits", _("接通的访问"), "calls.wait", "visits"),
)
"""``<family>.<column>`` for every additive column."""
