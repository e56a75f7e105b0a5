"""Given the API, when callers sign in, page, repeat and err, then they get exactly the documented answers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from ninja import Query, Router, Schema, Status

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, NotFound, TooMany
from kefu.platform.access.guard import actor_of, public, signed_in
from kefu.platform.access.models import RateCounter, User
from kefu.platform.api import limits
from kefu.platform.api.idempotency import idempotent
from kefu.platform.api.instance import build
from kefu.platform.api.models import IdempotencyRecord
from kefu.platform.api.paging import KeysetPage, PageQuery, keyset_page
from kefu.platform.api.registry import Mount
from kefu.platform.api.web import unknown
from kefu.platform.jobs.testing import tick

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
router = Router()
SYSTEM = Actor.system("test")


class CounterOut(Schema):
    key: str


class NoteIn(Schema):
    text: str
    count: int = 1


@router.get("/rows", response=KeysetPage[CounterOut], auth=None)
@public("test")
def rows(request: HttpRequest, query: Query[PageQuery]) -> Any:
    return keyset_page(RateCounter.objects.filter(key__startswith="row"), query, order=("-window_at", "id"))


@router.post("/notes", response={201: NoteIn})
@signed_in
@idempotent
def notes(request: HttpRequest, data: NoteIn) -> Any:
    User.objects.create(username=f"made-{User.objects.count()}", display_name=data.text)
    if data.text == "conflict":
        raise Conflict("别人刚改过。")
    return Status(201, data)


@router.get("/fail/{kind}", auth=None)
@public("test")
def fail(request: HttpRequest, kind: str) -> Any:
    errors: dict[str, Exception] = {
        "denied": Denied("不行"),
        "missing": NotFound("没有"),
        "many": TooMany("慢点", details={"retry_after": 7}),
        "data": DataError("NUL"),
        "bug": ZeroDivisionError("secret"),
    }
    raise errors[kind]


@router.get("/me")
@signed_in
def me(request: HttpRequest) -> Any:
    return {"label": actor_of(request).label, "kind": actor_of(request).kind}


api = build([Mount("/t", router, "test")])
urlpatterns = [
    path("api/v1/openapi.json", unknown, name="api-description"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", unknown),
]


@pytest.fixture
def user() -> User:
    return User.objects.create(username="wang", display_name="王")


@pytest.fixture
def token(user: User) -> str:
    from kefu.platform.access.models import ApiToken
    from kefu.platform.access.services.tokens import _digest

    now = clock.now()
    ApiToken.objects.create(
        user=user,
        name="t",
        digest=_digest("kefu_plain"),
        hint="kefu_plain",
        permissions=[],
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    return "kefu_plain"


def test_without_a_session_or_token_nobody_gets_in(client: Client) -> None:
    answer = client.get("/api/v1/t/me")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    body = answer.json()
    assert (body["code"], body["status"], body["type"]) == ("not_signed_in", 401, "urn:kefu:problem:not_signed_in")
    assert answer["X-Request-Id"] == body["trace"]


def test_a_wrong_token_is_refused_even_beside_a_session(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/api/v1/t/me").json() == {"label": "wang", "kind": "user"}
    answer = client.get("/api/v1/t/me", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_a_token_acts_as_its_owner(client: Client, token: str) -> None:
    answer = client.get("/api/v1/t/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"label": "wang", "kind": "token"}


def test_guessing_tokens_is_slowed_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REFUSED_PER_MINUTE", 3)
    codes = [client.get("/api/v1/t/me", headers={"Authorization": "Bearer x"}).status_code for _ in range(9)]
    assert set(codes) == {401, 429}


def test_a_session_needs_the_csrf_token_to_write(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    answer = client.post("/api/v1/t/notes", {"text": "a"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    assert User.objects.count() == 1
    client.cookies["kefu_csrf"] = "a" * 32
    answer = client.post(
        "/api/v1/t/notes", {"text": "a"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 201


def test_a_trace_number_of_the_caller_is_kept(client: Client) -> None:
    assert client.get("/api/v1/t/me", headers={"X-Request-Id": "my-trace-0001"}).json()["trace"] == "my-trace-0001"
    assert client.get("/api/v1/t/me", headers={"X-Request-Id": "bad\tone!"}).json()["trace"] != "bad\tone!"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("denied", 403, "denied"),
        ("missing", 404, "not_found"),
        ("many", 429, "too_many"),
        ("data", 422, "invalid"),
        ("bug", 500, "internal"),
        ("other", 500, "internal"),
    ],
)
def test_every_error_is_a_problem(client: Client, kind: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/t/fail/{kind}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "secret" not in answer.content.decode()
    if kind == "many":
        assert answer["Retry-After"] == "7"


def test_unknown_addresses_and_unreadable_bodies_are_problems(client: Client, token: str) -> None:
    assert client.get("/api/v1/nothing").json()["code"] == "not_found"
    auth = {"Authorization": f"Bearer {token}"}
    for body in (b"{", b"\xff\xfe", b""):
        answer = client.post("/api/v1/t/notes", body, content_type="application/json", headers=auth)
        assert answer.status_code in (400, 422), body
        assert answer["Content-Type"] == "application/problem+json"
    answer = client.post("/api/v1/t/notes", {"count": "many"}, content_type="application/json", headers=auth)
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"text", "count"}


def test_the_same_key_does_the_work_once(client: Client, token: str) -> None:
    def send(key: str, text: str) -> Any:
        return client.post(
            "/api/v1/t/notes",
            {"text": text},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
        )

    first, again = send("k1", "a"), send("k1", "a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert User.objects.count() == 2
    other = send("k1", "b")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert send("schlüssel", "b").status_code == 422
    assert User.objects.count() == 2
    assert send("k2", "b").status_code == 201


def test_a_failed_request_leaves_its_key_free(client: Client, token: str) -> None:
    answer = client.post(
        "/api/v1/t/notes",
        {"text": "conflict"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 409
    assert User.objects.count() == 1
    assert not IdempotencyRecord.objects.exists()


def test_keys_are_forgotten_after_two_days() -> None:
    now = clock.now()
    for days in (1, 3):
        IdempotencyRecord.objects.create(
            caller="user:1", key=str(days), request_digest="", created_at=now - timedelta(days=days)
        )
    tick("api.forget_idempotency_keys", now)
    assert [r.key for r in IdempotencyRecord.objects.all()] == ["1"]


def test_pages_follow_each_other_without_gap_or_double(client: Client) -> None:
    at = clock.now()
    for number in range(7):
        RateCounter.objects.create(key=f"row{number}", window_at=at - timedelta(seconds=number // 3), count=1)
    seen: list[str] = []
    cursor, pages = "", 0
    while True:
        body = client.get("/api/v1/t/rows", {"limit": 2, "cursor": cursor}).json()
        seen += [row["key"] for row in body["items"]]
        pages += 1
        if body["next"] is None:
            break
        cursor = body["next"]
        if pages == 1:  # arrives before the first page: must not shift anything
            RateCounter.objects.create(key="row-new", window_at=at + timedelta(seconds=9), count=1)
    assert seen == [f"row{number}" for number in range(7)]
    assert pages == 4


def test_a_forged_cursor_or_limit_is_refused(client: Client) -> None:
    for cursor in ("x", "eyJh", "a:b:c", "\x00"):
        answer = client.get("/api/v1/t/rows", {"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
    for limit in ("0", "201", "-1", "many"):
        assert client.get("/api/v1/t/rows", {"limit": limit}).status_code == 422


def test_public_routes_are_limited_by_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANONYMOUS_PER_MINUTE", 3)
    codes = {client.get("/api/v1/t/rows").status_code for _ in range(9)}
    assert codes == {200, 429}


def test_every_operation_documents_its_errors() -> None:
    schema = json.loads(json.dumps(api.get_openapi_schema()))
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert {"400", "401", "403", "404", "409", "422", "429"} <= set(operation["responses"])
    post = schema["paths"]["/api/v1/t/notes"]["post"]
    assert [p["name"] for p in post["parameters"]] == ["Idempotency-Key"]
    assert "Problem" in schema["components"]["schemas"]
    assert post["security"] == [{"TokenAuth": []}, {"SessionAuth": []}]


def test_a_route_that_does_not_say_who_may_call_it_stops_the_start() -> None:
    undeclared = Router()

    @undeclared.get("/open")
    def open_to_all(request: HttpRequest) -> Any:
        return {}

    with pytest.raises(ImproperlyConfigured, match="open_to_all"):
        build([Mount("/u", undeclared, "test")])
