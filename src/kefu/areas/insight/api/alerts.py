"""Alerts over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from kefu.areas.insight import permissions, queries, services
from kefu.areas.insight.choices import AlertState, Severity
from kefu.areas.insight.models import Alert
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page

router = Router()


class AlertOut(Schema):
    """An alert; values are in the metric's own unit (shares, seconds, counts)."""

    number: str
    rule: str
    metric: str
    dimension: str
    member: str
    node_id: int | None
    severity: Severity
    state: AlertState
    value: float | None
    worst: float | None
    last_value: float | None
    limit: float | None
    n: float
    level: int
    fired_at: datetime
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    cleared_at: datetime | None
    note: str
    version: int

    @staticmethod
    def resolve_rule(row: Alert) -> str:
        """The rule's code."""
        return row.rule.code

    @staticmethod
    def resolve_metric(row: Alert) -> str:
        """What is watched."""
        return row.rule.metric

    @staticmethod
    def resolve_dimension(row: Alert) -> str:
        """Along what."""
        return row.rule.dimension

    @staticmethod
    def resolve_member(row: Alert) -> str:
        """Which member; empty for the whole centre."""
        return row.member_code


class AlertQuery(PageQuery):
    """Which alerts."""

    state: AlertState | None = None
    severity: Severity | None = None


class AcknowledgeIn(Schema):
    """A remark, and the version that was seen (another answers 409)."""

    note: str = Field("", max_length=500)
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class SnoozeIn(AcknowledgeIn):
    """Until when nobody is told again."""

    until: AwareDatetime


@router.get("", response=KeysetPage[AlertOut], summary="List alerts")
@requires(permissions.VIEW_ALERT)
def list_alerts(request: HttpRequest, query: Query[AlertQuery]) -> Any:
    """The alerts inside the caller's scope and those the caller was told of, the newest first."""
    rows = queries.alerts_for(actor_of(request)).select_related("rule")
    if query.state is not None:
        rows = rows.filter(state=query.state)
    if query.severity is not None:
        rows = rows.filter(severity=query.severity)
    return keyset_page(rows, query, order=("-fired_at", "-id"))


@router.get("/{number}", response=AlertOut, summary="Look at an alert")
@requires(permissions.VIEW_ALERT)
def get_alert(request: HttpRequest, number: str) -> Any:
    """One alert."""
    return queries.visible_alert(actor_of(request), number)


@router.post("/{number}/acknowledge", response=AlertOut, summary="Acknowledge an alert")
@requires(permissions.HANDLE_ALERT)
@idempotent
def acknowledge_alert(request: HttpRequest, number: str, body: AcknowledgeIn) -> Any:
    """Take it up: nobody else is told."""
    return services.acknowledge(actor=actor_of(request), number=number, note=body.note, expected_version=body.version)


@router.post("/{number}/snooze", response=AlertOut, summary="Snooze an alert")
@requires(permissions.HANDLE_ALERT)
@idempotent
def snooze_alert(request: HttpRequest, number: str, body: SnoozeIn) -> Any:
    """Be told again at an instant, if it still stands."""
    return services.snooze(
        actor=actor_of(request), number=number, until=body.until, note=body.note, expected_version=body.version
    )
