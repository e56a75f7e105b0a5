"""Rows as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kefu.areas.calls import permissions, queries
from kefu.areas.calls.api.schemas import MetricQuery
from kefu.areas.calls.models import AgentInterval, QueueVisit, Source
from kefu.areas.calls.services.linking import lag_seconds
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.queries import scope_for
from kefu.platform.metrics import queries as metrics

LONGEST_DAYS = 400
COPIED = (
    "id", "day", "number", "outcome", "entered_at", "answered_at", "ended_at", "wait_seconds", "ring_seconds",
    "talk_seconds", "hold_seconds", "wrap_seconds", "handle_seconds", "is_within_target", "is_short_abandon",
    "is_repeat", "released_by", "transfer", "transfer_target", "satisfaction",
)  # fmt: skip


def present_visits(visits: Sequence[QueueVisit]) -> list[dict[str, Any]]:
    """Visits with names and masks."""
    masks = queries.masks_of(visits)
    return [
        {name: getattr(visit, name) for name in COPIED}
        | {
            "source": visit.source.code,
            "call": visit.call_key,
            "queue": visit.queue.code,
            "agent": visit.agent.code if visit.agent else "",
            "agent_name": queries.agent_name(visit.agent),
            "caller": masks.get(bytes(visit.caller_token), "") if visit.caller_token else "",
            "disposition": visit.disposition.code if visit.disposition else "",
        }
        for visit in visits
    ]


def present_detail(viewer: Actor, visit: QueueVisit) -> dict[str, Any]:
    """A visit with its stretches and its journey."""
    found = [
        {"kind": one.kind, "started_at": one.started_at, "ended_at": one.ended_at, "seconds": one.seconds,
         "agent": one.who, "result": one.result}
        for one in queries.stretches_of(visit, clock.now())
    ]  # fmt: skip
    journey = [other.id for other in queries.journey_of(viewer, visit) if other.id != visit.id]
    return present_visits([visit])[0] | {"segments": found, "journey": journey}


def present_source(source: Source) -> dict[str, Any]:
    """A source with its lag."""
    names = ("code", "name", "kind", "time_zone", "is_active", "link_state", "last_received_at", "last_occurred_at")
    return {name: getattr(source, name) for name in names} | {"lag_seconds": lag_seconds(source)}


def agent_states(viewer: Actor) -> list[dict[str, Any]]:
    """The open intervals of the agents inside the viewer's scope."""
    rows = (
        AgentInterval.objects.filter(queries.agents_inside(scope_for(viewer, permissions.VISIT_VIEW)))
        .filter(ended_at__isnull=True)
        .select_related("agent__employee", "source")
        .order_by("agent__code", "source__code")
    )
    return [
        {
            "agent": row.agent.code,
            "name": queries.agent_name(row.agent),
            "state": row.state,
            "reason": _(row.reason) if row.reason else "",
            "since": row.started_at,
            "source": row.source.code,
        }
        for row in rows
    ]


def metric_rows(viewer: Actor, query: MetricQuery) -> list[dict[str, Any]]:
    """Numbers with the codes of what they are split by."""
    if not 0 < (query.end - query.start).days <= LONGEST_DAYS:
        raise InvalidInput(_("日期范围应为 1 至 %(n)s 天，结束日期不含在内。") % {"n": LONGEST_DAYS}, field="end")
    rows = metrics.compute(viewer, query.metric, query.start, query.end, by=query.by)
    members = metrics.names(rows)

    def label(code: str, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, date):
            return value.isoformat()
        member = members.get(code, {}).get(value)
        return member.code if member else str(value)

    return [
        {
            "metric": row.metric,
            "by": {code: label(code, value) for code, value in zip(row.by, row.key, strict=True)},
            "numerator": row.numerator,
            "denominator": row.denominator,
            "value": row.value,
            "n": row.n,
        }
        for row in rows
    ]
