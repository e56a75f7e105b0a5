"""The calls API: who may, what is masked, what a feed may send, that its description is true."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import AgentInterval, QueueVisit, RawEvent, RawFault
from kefu.areas.calls.services.receiving import sign
from kefu.areas.calls.tests.factories import make_disposition, make_queue, make_source, make_visit
from kefu.areas.people.tests.factories import SYSTEM, make_agent, make_centre, make_employee
from kefu.kernel import clock
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.services import issue_token
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.metrics import permissions as metric_permissions
from kefu.platform.partitions import monthly

pytestmark = pytest.mark.django_db
EVENT = {"at": "2026-11-20T09:00:00+08:00", "type": "queued", "call": "c-1", "queue": "vip", "data": {"caller": "138"}}
LOOK = (permissions.VISIT_VIEW, permissions.SOURCE_VIEW, permissions.QUEUE_VIEW, permissions.VISIT_DISPOSE)


@pytest.fixture(autouse=True)
def forgotten_partitions() -> Any:
    monthly.forget()
    yield
    monthly.forget()


def bearer(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: Any = None) -> dict[str, str]:
    actor = make_actor(dict.fromkeys(codes, level), node=node)
    user = User.objects.get(pk=actor.user_id)
    _token, plain = issue_token(
        actor=SYSTEM, user=user, name="feed", codes=codes, expires_at=clock.now() + timedelta(days=1)
    )
    return {"Authorization": f"Bearer {plain}"}


def get(path: str, headers: dict[str, str], **query: Any) -> Any:
    return Client().get(f"/api/v1/calls/{path}", query, headers=headers)


def post(path: str, body: Any, headers: dict[str, str]) -> Any:
    return Client().post(f"/api/v1/calls/{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_records_come_page_by_page_masked_and_inside_the_scope() -> None:
    centre = make_centre()
    agent = make_agent("8001", make_employee(centre.team1, "李雷"))
    start = clock.now().replace(microsecond=0) - timedelta(hours=3)
    mine = [make_visit(at=start + timedelta(minutes=n), agent=agent, team_node_id=centre.team1.pk) for n in range(5)]
    make_visit(agent=make_agent("8002"))
    headers = bearer(*LOOK, level=ScopeLevel.UNIT, node=centre.team1.node)

    seen: list[str] = []
    cursor = ""
    while True:
        answer = get("visits", headers, limit=2, cursor=cursor).json()
        seen += [row["id"] for row in answer["items"]]
        assert all(row["caller"] == "138****6621" and row["agent_name"] == "李雷" for row in answer["items"])
        cursor = answer["next"]
        if not cursor:
            break
    assert seen == [str(visit.id) for visit in reversed(mine)]


def test_filters_detail_and_summing_up() -> None:
    visit = make_visit(agent=make_agent("8001"), queue=make_queue("vip", "贵宾"), wait=75)
    make_visit(outcome="abandoned")
    make_disposition()
    headers = bearer(*LOOK)
    day = visit.day.isoformat()
    for query in ({"queue": "vip"}, {"agent": "8001"}, {"outcome": "answered"}, {"wait_min": 60},
                  {"queue": "vip", "day_from": day, "day_to": day, "source": "pbx1", "caller": "13800006621"}):  # fmt: skip
        assert [row["id"] for row in get("visits", headers, **query).json()["items"]] == [str(visit.id)]
    for query in ({"outcome": "eaten"}, {"limit": 500}, {"cursor": "x"}, {"day_from": "soon"},
                  {"day_from": "2026-02-02", "day_to": "2026-02-01"}):  # fmt: skip
        assert get("visits", headers, **query).status_code == 422
    detail = get(f"visits/{visit.id}", headers).json()
    assert [one["kind"] for one in detail["segments"]] == ["queue", "talk", "wrap"]
    path = f"/api/v1/calls/visits/{visit.id}/disposition"
    given = json.dumps({"disposition": "tariff", "note": "x"})
    answer = Client().put(path, given, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["disposition"]) == (200, "tariff")
    assert QueueVisit.objects.get(id=visit.id).disposed_at is not None
    unknown = Client().put(path, json.dumps({"disposition": "?"}), content_type="application/json", headers=headers)
    assert unknown.status_code == 422


def test_every_route_refuses_strangers_and_those_without_the_right() -> None:
    visit = make_visit()
    paths = ("visits", f"visits/{visit.id}", "sources", "queues", "agents/states", "metrics")
    for path in paths:
        query = {"metric": "offered", "start": "2026-11-01", "end": "2026-11-02"} if path == "metrics" else {}
        assert get(path, {}, **query).status_code == 401
        assert get(path, bearer(permissions.QUEUE_MANAGE), **query).status_code == 403
    assert post("sources/x/events", {"events": [EVENT]}, bearer(*LOOK)).status_code == 403


def test_a_batch_stores_what_is_right_and_lists_what_is_not_and_may_be_repeated() -> None:
    services.ensure_source(actor=SYSTEM, code="crm", kind="events")
    headers = bearer(permissions.SOURCE_FEED) | {"Idempotency-Key": "k-1"}
    body = {"events": [EVENT, {"type": "danced", "at": EVENT["at"]}, EVENT | {"seq": -1}]}
    first = post("sources/crm/events", body, headers)
    again = post("sources/crm/events", body, headers)

    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert (first.json()["events"], first.json()["new"], first.json()["set_aside"]) == (3, 1, 2)
    assert [(fault["index"], fault["code"]) for fault in first.json()["faults"]] == [
        (1, "unknown_type"), (2, "bad_value"),
    ]  # fmt: skip
    assert (RawEvent.objects.count(), RawFault.objects.count()) == (1, 2)
    for path, body in (("nobody", {"events": [EVENT]}), ("crm", {"events": []}), ("crm", {})):
        answer = post(f"sources/{path}/events", body, bearer(permissions.SOURCE_FEED))
        assert answer.status_code in (404, 422)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_webhook_over_http() -> None:
    source = services.ensure_source(actor=SYSTEM, code="crm", kind="events")
    secret = services.rotate_secret(actor=SYSTEM, source=source)
    body = json.dumps({"events": [EVENT]}).encode()
    stamp = str(int(time.time()))

    def push(signature: str, timestamp: str = stamp, content: bytes = body) -> Any:
        headers = {"X-Kefu-Timestamp": timestamp, "X-Kefu-Signature": signature}
        return Client().post(
            "/api/v1/calls/sources/crm/webhook", content, content_type="application/json", headers=headers
        )

    old = str(int(stamp) - 400)
    for answer, code in (
        (push("0" * 64), "bad_signature"),
        (push(sign(secret, old, body), old), "stale_timestamp"),
        (push(sign(secret, stamp, body), content=body + b" "), "bad_signature"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert RawEvent.objects.count() == 0
    assert push(sign(secret, stamp, body)).json()["new"] == 1
    replay = push(sign(secret, stamp, body))
    assert (replay.status_code, replay.json()["code"]) == (409, "replayed")
    assert RawEvent.objects.count() == 1
    large = b"[" + b" " * (2 * 1024 * 1024) + b"]"
    assert push(sign(secret, stamp, large), content=large).status_code == 413


def test_sources_queues_and_what_agents_do_now() -> None:
    centre = make_centre()
    agent = make_agent("8001", make_employee(centre.team1, "李雷"))
    other = make_agent("8003", make_employee(centre.team3, "王芳"))
    now = clock.now()
    monthly.ensure_days([AgentInterval], {clock.local_date(now)})
    for one in (agent, other):
        AgentInterval.objects.create(
            day=clock.local_date(now), source=make_source(), agent=one, started_at=now, state="not_ready", reason="小休"
        )
    make_queue("vip", "贵宾")
    headers = bearer(*LOOK, level=ScopeLevel.UNIT, node=centre.team1.node)

    assert [(row["agent"], row["state"], row["reason"]) for row in get("agents/states", headers).json()] == [
        ("8001", "not_ready", "小休")
    ]
    everything = bearer(*LOOK)
    assert [row["code"] for row in get("sources", everything).json()] == ["pbx1"]
    assert [row["name"] for row in get("queues", everything).json()] == ["贵宾"]


def test_numbers_are_asked_by_code_and_period() -> None:
    headers = bearer(metric_permissions.VIEW_NUMBER)
    period = {"start": date(2026, 11, 1).isoformat(), "end": date(2026, 11, 2).isoformat()}

    assert get("metrics", headers, metric="no.such", **period).status_code == 422
    assert get("metrics", headers, metric="offered", start="2026-11-02", end="2026-11-01").status_code == 422
    assert get("metrics", headers, metric="offered").status_code == 422


def test_the_description_names_every_route() -> None:
    paths = Client().get(reverse("api-description")).json()["paths"]
    assert {path for path in paths if path.startswith("/api/v1/calls/")} == {
        f"/api/v1/calls/{name}"
        for name in (
            "sources", "sources/{code}/webhook", "sources/{code}/events", "queues", "visits", "visits/{visit_id}",
            "visits/{visit_id}/disposition", "agents/states", "metrics",
        )
    }  # fmt: skip
