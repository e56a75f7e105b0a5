"""The calls API: feeds of events come in, records and numbers go out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from kefu.areas.calls import permissions, queries, services
from kefu.areas.calls.api import schemas
from kefu.areas.calls.api.presenting import agent_states, metric_rows, present_detail, present_source, present_visits
from kefu.areas.calls.engine.webhook import MOST_EVENTS
from kefu.areas.calls.models import Queue, QueueVisit, Source
from kefu.areas.calls.services.receiving import LARGEST_BODY
from kefu.kernel import clock
from kefu.kernel.errors import InvalidInput, KefuError
from kefu.platform.access.guard import actor_of, public, requires
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.paging import KeysetPage, keyset_page
from kefu.platform.metrics import permissions as metric_permissions

router = Router()

SIGNED = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "required": True,
            "schema": {"type": "string", "pattern": pattern},
            "description": text,
        }
        for name, pattern, text in (
            ("X-Kefu-Timestamp", "^[0-9]{1,12}$", "Seconds since the epoch, at most five minutes from now"),
            ("X-Kefu-Signature", "^(sha256=)?[0-9a-fA-F]{64}$", "HMAC-SHA256 of `timestamp.body` under the secret"),
        )
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["events"],
                    "properties": {
                        "events": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_EVENTS,
                            "items": schemas.described_event(),
                        }
                    },
                }
            }
        },
    },
}


class TooLarge(KefuError):
    """The body is larger than a delivery may be."""

    code = "too_large"
    status = 413


@router.post(
    "/sources/{slug:code}/webhook", response=schemas.ReceivedOut, summary="Push events, signed", auth=None, throttle=[],
    openapi_extra=SIGNED,
)  # fmt: skip
@public("the signature over time stamp and body proves who sends")
def push_events(request: HttpRequest, code: str) -> Any:
    """Events of a telephone system, signed with the source's secret.

    401: signature or time stamp wrong. 409 `replayed`: this very delivery was stored before.
    """
    body = request.body
    if len(body) > LARGEST_BODY:
        from django.utils.translation import gettext as _

        raise TooLarge(_("一次推送最多 %(n)s MB，请分批发送。") % {"n": LARGEST_BODY // 2**20})
    return services.receive_webhook(
        code=code,
        timestamp=request.headers.get("X-Kefu-Timestamp", ""),
        signature=request.headers.get("X-Kefu-Signature", ""),
        body=body,
        now=clock.now(),
    )


@router.post("/sources/{slug:code}/events", response=schemas.ReceivedOut, summary="Deliver a batch of events")
@requires(permissions.SOURCE_FEED)
@idempotent
def deliver_events(request: HttpRequest, code: str, batch: schemas.BatchIn) -> Any:
    """Events by a token with the permission `calls.source:feed`; repeatable."""
    return services.receive_batch(actor=actor_of(request), code=code, events=batch.events)


@router.get("/sources", response=list[schemas.SourceOut], summary="List sources")
@requires(permissions.SOURCE_VIEW)
def list_sources(request: HttpRequest) -> Any:
    """Every source with the state of its link."""
    return [present_source(source) for source in Source.objects.all()]


@router.get("/queues", response=list[schemas.QueueOut], summary="List queues")
@requires(permissions.QUEUE_VIEW)
def list_queues(request: HttpRequest) -> Any:
    """Every queue."""
    return list(Queue.objects.all())


@router.get("/visits", response=KeysetPage[schemas.VisitOut], summary="List call records")
@requires(permissions.VISIT_VIEW)
def list_visits(request: HttpRequest, query: Query[schemas.VisitQuery]) -> Any:
    """Call records inside the caller's scope, newest first, personal values masked."""
    rows = queries.visits_for(actor_of(request)).select_related("queue", "source", "agent__employee", "disposition")
    if query.day_from and query.day_to and query.day_from > query.day_to:
        raise InvalidInput("day_from > day_to", field="day_from")
    given = {
        "day__gte": query.day_from,
        "day__lte": query.day_to,
        "source__code": query.source,
        "queue__code": query.queue,
        "outcome": query.outcome,
        "wait_seconds__gte": query.wait_min,
    }
    rows = rows.filter(**{lookup: value for lookup, value in given.items() if value not in (None, "")})
    if query.agent:
        rows = rows.filter(agent_id__in=queries.agent_ids_called(query.agent))
    if query.caller:
        rows = rows.filter(caller_token__in=queries.caller_tokens(query.caller))
    page = keyset_page(rows, query, order=("-entered_at", "-id"))
    page["items"] = present_visits(page["items"])
    return page


@router.get("/visits/{uuid:visit_id}", response=schemas.VisitDetailOut, summary="Look at a call record")
@requires(permissions.VISIT_VIEW)
def get_visit(request: HttpRequest, visit_id: UUID) -> Any:
    """One record with its stretches of time and the other visits of its journey."""
    viewer = actor_of(request)
    visit: QueueVisit = queries.visit_for(viewer, visit_id)
    return present_detail(viewer, visit)


@router.put("/visits/{uuid:visit_id}/disposition", response=schemas.VisitOut, summary="Sum up a call")
@requires(permissions.VISIT_DISPOSE)
@idempotent
def put_disposition(request: HttpRequest, visit_id: UUID, given: schemas.DispositionIn) -> Any:
    """The code and a note; the first time decides whether it was in time."""
    viewer = actor_of(request)
    services.dispose_visit(actor=viewer, visit_id=visit_id, code=given.disposition, note=given.note)
    return present_visits([queries.visit_for(viewer, visit_id, permissions.VISIT_DISPOSE)])[0]


@router.get("/agents/states", response=list[schemas.AgentStateOut], summary="What agents do now")
@requires(permissions.VISIT_VIEW)
def list_agent_states(request: HttpRequest) -> Any:
    """Every agent inside the caller's scope who is logged in, with the present state."""
    return agent_states(actor_of(request))


@router.get("/metrics", response=list[schemas.CallMetricOut], summary="Numbers of the catalogue")
@requires(metric_permissions.VIEW_NUMBER)
def list_numbers(request: HttpRequest, query: Query[schemas.MetricQuery]) -> Any:
    """Metrics over local days, split by dimensions, of the rows inside the caller's scope."""
    return metric_rows(actor_of(request), query)
