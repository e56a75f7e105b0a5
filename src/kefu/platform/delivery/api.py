"""Webhook endpoints and their calls over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kefu.kernel.errors import NotFound
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.delivery import queries, services
from kefu.platform.delivery.choices import CallState, EndpointState
from kefu.platform.delivery.models import WebhookCall, WebhookEndpoint
from kefu.platform.delivery.permissions import WEBHOOK_MANAGE

router = Router()


class EndpointOut(Schema):
    """An address that is told about events."""

    uid: UUID
    name: str
    url: str
    events: list[str]
    state: EndpointState
    failed_in_a_row: int
    last_delivered_at: datetime | None
    created_at: datetime
    version: int = Field(description="Send it back as `expected_version` when changing the endpoint")


class NewEndpointOut(EndpointOut):
    """The endpoint with its secret, which is not shown again."""

    secret: str


class EndpointIn(Schema):
    """An address and the codes of the events it wants."""

    name: str = Field(min_length=1, max_length=100)
    url: str = Field(min_length=1, max_length=500)
    events: list[str] = Field(min_length=1, max_length=200)


class EndpointChangeIn(EndpointIn):
    """The endpoint as it shall be."""

    expected_version: int | None = Field(None, ge=0, le=2**31 - 1)


class CallOut(Schema):
    """One event for one endpoint."""

    uid: UUID
    endpoint_uid: UUID
    event_uid: UUID
    event_code: str
    state: CallState
    attempts: int
    status: int | None
    error: str
    created_at: datetime
    finished_at: datetime | None
    next_attempt_at: datetime | None


class CallQuery(PageQuery):
    """Which calls."""

    state: CallState | None = None


class ReplayedOut(Schema):
    """How many calls are made again."""

    replayed: int


def _call(call: WebhookCall) -> CallOut:
    names = [name for name in CallOut.model_fields if name != "endpoint_uid"]
    return CallOut(endpoint_uid=call.endpoint.uid, **{name: getattr(call, name) for name in names})


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> NewEndpointOut:
    given = {name: getattr(endpoint, name) for name in EndpointOut.model_fields}
    return NewEndpointOut(**given, secret=secret)


@router.get("", response=list[EndpointOut], summary="List webhook endpoints")
@requires(WEBHOOK_MANAGE)
def list_endpoints(request: HttpRequest) -> Any:
    """Every endpoint."""
    return list(queries.endpoints(actor_of(request)))


@router.post("", response={201: NewEndpointOut}, summary="Add a webhook endpoint")
@requires(WEBHOOK_MANAGE)
def add_endpoint(request: HttpRequest, data: EndpointIn) -> Any:
    """Register an address; the answer holds the secret that signs its calls, once."""
    endpoint, secret = services.add_endpoint(actor=actor_of(request), **data.model_dump())
    return Status(201, _with_secret(endpoint, secret))


@router.put("/{uuid:uid}", response=EndpointOut, summary="Change a webhook endpoint")
@requires(WEBHOOK_MANAGE)
@idempotent
def change_endpoint(request: HttpRequest, uid: UUID, data: EndpointChangeIn) -> Any:
    """Change name, address and events."""
    actor = actor_of(request)
    endpoint = queries.endpoint(actor, uid)
    return services.change_endpoint(actor=actor, endpoint_id=endpoint.pk, **data.model_dump())


@router.delete("/{uuid:uid}", response={204: None}, summary="Remove a webhook endpoint")
@requires(WEBHOOK_MANAGE)
def remove_endpoint(request: HttpRequest, uid: UUID) -> Any:
    """Forget the endpoint; what was not sent is not sent."""
    actor = actor_of(request)
    services.remove_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return Status(204, None)


@router.post("/{uuid:uid}/pause", response=EndpointOut, summary="Pause a webhook endpoint")
@requires(WEBHOOK_MANAGE)
def pause_endpoint(request: HttpRequest, uid: UUID) -> Any:
    """Stop calling it; events are kept for it."""
    actor = actor_of(request)
    return services.pause_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)


@router.post("/{uuid:uid}/resume", response=EndpointOut, summary="Resume a webhook endpoint")
@requires(WEBHOOK_MANAGE)
def resume_endpoint(request: HttpRequest, uid: UUID) -> Any:
    """Call it again, beginning with what was kept."""
    actor = actor_of(request)
    services.resume_endpoint(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return queries.endpoint(actor, uid)


@router.post("/{uuid:uid}/secret", response=NewEndpointOut, summary="Renew a webhook endpoint's secret")
@requires(WEBHOOK_MANAGE)
def renew_secret(request: HttpRequest, uid: UUID) -> Any:
    """A new secret at once; the old one signs nothing any more."""
    actor = actor_of(request)
    endpoint, secret = services.renew_secret(actor=actor, endpoint_id=queries.endpoint(actor, uid).pk)
    return _with_secret(endpoint, secret)


@router.get("/{uuid:uid}/calls", response=KeysetPage[CallOut], summary="List a webhook endpoint's calls")
@requires(WEBHOOK_MANAGE)
def list_calls(request: HttpRequest, uid: UUID, query: Query[CallQuery]) -> Any:
    """What was sent to it, newest first."""
    actor = actor_of(request)
    rows = queries.calls(actor).filter(endpoint=queries.endpoint(actor, uid))
    if query.state is not None:
        rows = rows.filter(state=query.state)
    return keyset_page(rows, query, order=("-id",), present=_call)


@router.post("/calls/{uuid:uid}/replay", response=ReplayedOut, summary="Make a webhook call again")
@requires(WEBHOOK_MANAGE)
@idempotent
def replay_call(request: HttpRequest, uid: UUID) -> Any:
    """Tell the endpoint of the same event again, as a new call; only finished calls."""
    actor = actor_of(request)
    call = queries.calls(actor).filter(uid=uid).first()
    if call is None:
        raise NotFound(services.unknown_call())
    return ReplayedOut(replayed=services.replay_calls(actor=actor, ids=[call.pk]))
