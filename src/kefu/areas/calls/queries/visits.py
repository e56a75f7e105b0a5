"""Call records as a viewer may see them: lists, one record with its journey, the address of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.choices import RingResult
from kefu.areas.calls.engine.segments import Ring, Segment, segments
from kefu.areas.calls.models import CallEvent, Contact, QueueVisit, RingAttempt
from kefu.areas.calls.queries.names import agent_name
from kefu.areas.people import queries as people
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.kernel.permissions import Scope
from kefu.platform.access.queries import scope_for
from kefu.platform.privacy import queries as privacy

CALLER_KINDS = ("phone", "customer_key")
AROUND = timedelta(days=1)
MOST_IN_JOURNEY = 50


def visits_for(viewer: Actor, permission: str = permissions.VISIT_VIEW) -> QuerySet[QueueVisit]:
    """The visits that the viewer may see.

    A visit is inside by the unit of its queue or of its agent at its time, by the unit of its agent now, or because
    the viewer is its agent.
    """
    return QueueVisit.objects.filter(inside(scope_for(viewer, permission)))


def inside(scope: Scope) -> Q:
    """The condition under which a visit lies inside ``scope``."""
    condition = agents_inside(scope)
    if scope.everything or not scope.node_ids:
        return condition
    return condition | Q(queue_node_id__in=list(scope.node_ids))


def agents_inside(scope: Scope) -> Q:
    """The condition under which a row of an agent (visit, interval) lies inside ``scope``."""
    if scope.everything:
        return Q()
    conditions = []
    if scope.node_ids:
        nodes = list(scope.node_ids)
        # Agents are reached through the foreign key: the people room owns their model.
        agents: Any = QueueVisit._meta.get_field("agent").related_model
        now_there = agents.objects.filter(employee__unit_id__in=nodes).values("pk")
        conditions += [Q(team_node_id__in=nodes), Q(agent_id__in=now_there)]
    if scope.user_id is not None:
        conditions.append(Q(agent_id__in=people.agents_of_user(scope.user_id)))
    if not conditions:
        return Q(agent_id__in=[])
    condition = conditions[0]
    for other in conditions[1:]:
        condition |= other
    return condition


def visit_for(viewer: Actor, visit_id: UUID, permission: str = permissions.VISIT_VIEW) -> QueueVisit:
    """One visit with source, queue, agent and disposition; raises ``NotFound`` outside the viewer's scope."""
    visit = (
        visits_for(viewer, permission)
        .select_related("source", "queue", "agent__employee__unit", "disposition")
        .filter(id=visit_id)
        .first()
    )
    if visit is None:
        raise NotFound(_("没有这条通话记录，或者您无权查看。"))
    return visit


def journey_of(viewer: Actor, visit: QueueVisit) -> list[QueueVisit]:
    """The visits of the whole journey (transfers included) that the viewer may see, in the order of time."""
    nearby = (visit.day - AROUND, visit.day + AROUND)
    contact = Contact.objects.filter(id=visit.contact_id, day__range=nearby).first()
    contacts = [visit.contact_id]
    if contact is not None and contact.journey_id != contact.id:
        linked = Contact.objects.exclude(journey_id=F("id"))  # those, and the index of them
        same = linked.filter(journey_id=contact.journey_id, day__range=nearby)
        contacts += same.values_list("id", flat=True)[:MOST_IN_JOURNEY]
    return list(
        visits_for(viewer)
        .filter(contact_id__in=contacts, day__range=nearby)
        .select_related("queue", "agent__employee")
        .order_by("entered_at", "number")[:MOST_IN_JOURNEY]
    )


def attempts_of(visit: QueueVisit) -> list[RingAttempt]:
    """The rings of a visit that led to no conversation."""
    return list(
        RingAttempt.objects.filter(visit_id=visit.id, day__range=(visit.day, visit.day + AROUND))
        .select_related("agent__employee")
        .order_by("number")
    )


def holds_of(visit: QueueVisit) -> list[CallEvent]:
    """The canonical events of hold and retrieval during the visit."""
    if visit.answered_at is None:
        return []
    events = CallEvent.objects.filter(
        source_id=visit.source_id,
        call_key=visit.call_key,
        type__in=("held", "retrieved"),
        day__range=(visit.day, visit.day + AROUND),
        occurred_at__gte=visit.answered_at,
    )
    if visit.ended_at is not None:
        events = events.filter(occurred_at__lte=visit.ended_at)
    return list(events.order_by("occurred_at", "ordinal", "part"))


def stretches_of(visit: QueueVisit, now: datetime) -> list[Segment]:
    """The visit as stretches of time: waiting, rings, conversation, holds, wrap-up."""
    results = dict(RingResult.choices)
    rings = [
        Ring(ring.started_at, ring.ring_ms, agent_name(ring.agent), str(results.get(ring.result, ring.result)))
        for ring in attempts_of(visit)
    ]
    return segments(
        entered_at=visit.entered_at,
        answered_at=visit.answered_at,
        ended_at=visit.ended_at,
        now=now,
        ring_seconds=visit.ring_seconds,
        wrap_seconds=visit.wrap_seconds,
        who=agent_name(visit.agent),
        rings=rings,
        holds=[(event.occurred_at, event.type == "held") for event in holds_of(visit)],
    )


def caller_tokens(number: str) -> list[bytes]:
    """The tokens under which a whole number (or customer key) may stand; the only way to search for a caller."""
    return [privacy.token_of(kind, number) for kind in CALLER_KINDS]


def masks_of(visits: Iterable[QueueVisit]) -> dict[bytes, str]:
    """The masked callers and names of many visits, in one statement."""
    return privacy.masked(token for visit in visits for token in (visit.caller_token, visit.caller_name_token))


def visits_url(filters: Mapping[str, str]) -> str:
    """The list of the visits behind a number.

    ``filters``: ``start`` and ``end`` (days, end exclusive), ``time_from`` and ``time_to`` (local, end exclusive), the
    codes of ``source``, ``queue``, ``agent``, ``team``, ``site``, and ``outcome`` or another filter of the list.
    """
    query = {key: value for key, value in filters.items() if key not in ("start", "end") and value}
    if filters.get("start"):
        query["day_from"] = filters["start"]
    if filters.get("end"):
        query["day_to"] = (date.fromisoformat(filters["end"]) - timedelta(days=1)).isoformat()
    return f"{reverse('calls:visits')}?{urlencode(query, doseq=True)}"
