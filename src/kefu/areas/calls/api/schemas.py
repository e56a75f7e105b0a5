"""Shapes of the calls API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from kefu.areas.calls.choices import AgentState, LinkState, Outcome, SourceKind
from kefu.areas.calls.engine.webhook import MOST_EVENTS, TYPES
from kefu.platform.api.paging import PageQuery


class EventData(Schema):
    """What happened besides; each type uses what fits it. Durations are seconds."""

    model_config = {"extra": "forbid"}

    caller: str | None = Field(None, max_length=64)
    caller_kind: Literal["phone", "customer_key", "name", "email"] | None = None
    caller_name: str | None = Field(None, max_length=120)
    position: int | None = Field(None, ge=0)
    url: str | None = Field(None, max_length=300)
    wait: float | None = Field(None, ge=0)
    ring: float | None = Field(None, ge=0)
    talk: float | None = Field(None, ge=0)
    hold: float | None = Field(None, ge=0)
    wrap: float | None = Field(None, ge=0)
    vru: float | None = Field(None, ge=0)
    limit: float | None = Field(None, ge=0)
    ring_ms: float | None = Field(None, ge=0)
    by: Literal["caller", "agent", "transfer", "system"] | None = None
    kind: Literal["blind", "attended"] | None = None
    target: str | None = Field(None, max_length=120)
    key: str | None = Field(None, max_length=8)
    reason: str | None = Field(None, max_length=120)
    bridged: str | None = Field(None, max_length=120)
    satisfaction: int | None = Field(None, ge=0, le=10)
    disposition: str | None = Field(None, max_length=40)
    recording: str | None = Field(None, max_length=300)


class EventIn(Schema):
    """One event of a telephone system."""

    id: str | None = Field(None, max_length=120, description="The sender's own number of the event")
    seq: int | None = Field(None, ge=0, description="Orders events of the same instant")
    at: str = Field(description="When it happened: ISO 8601 with an offset", examples=["2026-11-20T09:00:08+08:00"])
    type: str = Field(description="What happened", json_schema_extra={"enum": [*sorted(TYPES)]})
    call: str | None = Field(None, max_length=120, description="The call; needed for everything a call does")
    queue: str | None = Field(None, max_length=120, description="The queue's name at the source")
    agent: str | None = Field(None, max_length=120, description="The agent's name at the source")
    data: EventData | None = None


def described_event() -> dict[str, Any]:
    """The JSON schema of an event, whole in itself. Events are checked one by one, so it describes and refuses none."""
    described = EventIn.model_json_schema()
    data = described.pop("$defs")["EventData"]
    described["properties"]["data"] = data | {"description": "What happened besides"}
    return described


class BatchIn(Schema):
    """A delivery. Events that cannot be right are set aside and listed; the others are stored."""

    events: list[dict[str, Any]] = Field(
        min_length=1, max_length=MOST_EVENTS, json_schema_extra={"items": described_event()}
    )


class FaultOut(Schema):
    """An event that was set aside."""

    index: int = Field(description="Its place in the delivery, from 0")
    code: str
    field: str
    reason: str


class ReceivedOut(Schema):
    """What came of a delivery."""

    events: int
    new: int = Field(description="Events that were not known before")
    set_aside: int
    faults: list[FaultOut] = Field(description="The first 200 of those set aside")


class VisitQuery(PageQuery):
    """Which visits."""

    day_from: date | None = Field(None, description="Local day, included")
    day_to: date | None = Field(None, description="Local day, included")
    source: str = Field("", max_length=40)
    queue: str = Field("", max_length=80)
    agent: str = Field("", max_length=120)
    outcome: Outcome | None = None
    wait_min: int | None = Field(None, ge=0, le=86_400)
    caller: str = Field("", max_length=40, description="The whole number; never a part of it")


class VisitOut(Schema):
    """One stay of a call in one queue. Personal values are masked."""

    id: UUID
    day: date
    source: str
    call: str
    number: int
    queue: str
    agent: str
    agent_name: str
    caller: str = Field(description="Masked")
    outcome: Outcome
    entered_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int
    ring_seconds: int
    talk_seconds: int
    hold_seconds: int
    wrap_seconds: int
    handle_seconds: int
    is_within_target: bool
    is_short_abandon: bool
    is_repeat: bool
    released_by: str
    transfer: str
    transfer_target: str
    disposition: str
    satisfaction: int | None


class SegmentOut(Schema):
    """A stretch of a visit."""

    kind: Literal["queue", "ring", "talk", "hold", "wrap"]
    started_at: datetime
    ended_at: datetime
    seconds: int
    agent: str
    result: str


class VisitDetailOut(VisitOut):
    """A visit with its stretches and the other visits of its journey."""

    segments: list[SegmentOut]
    journey: list[UUID]


class DispositionIn(Schema):
    """How a call is summed up."""

    disposition: str = Field(max_length=40, description="The code")
    note: str = Field("", max_length=300)


class QueueOut(Schema):
    """A queue."""

    code: str
    name: str
    target_seconds: int | None
    target_percent: int | None
    is_arranged: bool
    is_active: bool


class AgentStateOut(Schema):
    """What an agent who is logged in does at present."""

    agent: str
    name: str
    state: AgentState
    reason: str
    since: datetime
    source: str


class SourceOut(Schema):
    """A telephony source."""

    code: str
    name: str
    kind: SourceKind
    time_zone: str
    is_active: bool
    link_state: LinkState
    last_received_at: datetime | None
    last_occurred_at: datetime | None
    lag_seconds: float | None


class MetricQuery(Schema):
    """Which numbers."""

    metric: list[str] = Field(min_length=1, max_length=20, description="Codes of the catalogue")
    start: date = Field(description="First local day")
    end: date = Field(description="Local day after the last")
    by: list[str] = Field(default_factory=list, max_length=4)


class CallMetricOut(Schema):
    """One number with what it is made of."""

    metric: str
    by: dict[str, str | None]
    numerator: float | None
    denominator: float | None
    value: float | None
    n: float | None
