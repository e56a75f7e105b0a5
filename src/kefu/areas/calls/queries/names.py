"""Names and choices: queues, sources, teams and agents as lists and filters show them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kefu.areas.calls.models import Queue, QueueVisit, Source
from kefu.kernel.actor import Actor
from kefu.platform.access.models import ScopeNode

Choices = list[tuple[str, str]]


def queue_choices(viewer: Actor) -> Choices:
    """Every queue by code."""
    return [(code, name) for code, name in Queue.objects.values_list("code", "name")]


def source_choices(viewer: Actor) -> Choices:
    """Every source by code."""
    return [(code, name) for code, name in Source.objects.values_list("code", "name")]


def team_choices(viewer: Actor) -> Choices:
    """Teams that are in use, by code."""
    return _nodes("team")


def site_choices(viewer: Actor) -> Choices:
    """Sites that are in use, by code."""
    return _nodes("site")


def node_ids_called(code: str) -> list[int]:
    """The scope node of that code."""
    return list(ScopeNode.objects.filter(code=code).values_list("pk", flat=True))


def agent_ids_called(code: str) -> Any:
    """The logins that bear the code, or belong to the employee with that number."""
    agents: Any = QueueVisit._meta.get_field("agent").related_model
    return agents.objects.filter(Q(code=code) | Q(employee__number=code)).values("pk")


def agent_name(agent: Any) -> str:
    """How an agent is shown: the employee's name, else the telephone system's, else the code; "" for nobody."""
    if agent is None:
        return ""
    return agent.employee.name if agent.employee_id and agent.employee else agent.name or agent.code


def _nodes(kind: str) -> Choices:
    return [
        (code, name) for code, name in ScopeNode.objects.filter(kind=kind, is_active=True).values_list("code", "name")
    ]
