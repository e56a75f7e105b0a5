"""Given messages and endpoints, when people use the pages and the API, then they see masks and need the right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kefu.platform.delivery.choices import CallState, EndpointState, MessageState
from kefu.platform.delivery.models import Message, SmsGateway, WebhookCall, WebhookEndpoint
from kefu.platform.delivery.testing import drain
from kefu.platform.delivery.tests.conftest import ADDRESS, mail
from kefu.platform.delivery.tests.outside import Mailbox, Receiver
from kefu.platform.delivery.tests.pages import a_gateway, doubtful_message, some_endpoints, some_messages
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db
EVENTS = ["people.employee_joined"]


@pytest.fixture
def admin(client: Client) -> Any:
    user = user_with("admin")
    client.force_login(user)
    return user


def test_the_log_shows_masks_and_finds_whole_addresses_only(client: Client, admin: Any) -> None:
    mail(body="body-text-of-the-mail", subject="请回电 13912345678")
    page = client.get("/delivery/messages/").content.decode()
    assert "w***@example.com" in page
    assert "139****5678" in page
    for secret in (ADDRESS, "13912345678", "body-text-of-the-mail"):
        assert secret not in page
    assert "w***@example.com" in client.get("/delivery/messages/", {"to": ADDRESS}).content.decode()
    assert "w***@example.com" not in client.get("/delivery/messages/", {"to": "wang@"}).content.decode()
    detail = client.get(f"/delivery/messages/{Message.objects.get().pk}/").content.decode()
    assert "body-text-of-the-mail" not in detail


def test_a_doubtful_message_is_decided_with_a_reason(client: Client, admin: Any) -> None:
    pk = doubtful_message(admin)["pk"]
    url = f"/delivery/messages/{pk}/decide"
    assert client.post(url, {"verdict": "arrived", "reason": " "}).status_code == 422
    assert client.post(url, {"verdict": "nonsense", "reason": "x"}).status_code == 422
    assert client.post(url, {"verdict": "arrived", "reason": "已电话核实"}).status_code == 302
    message = Message.objects.get(pk=pk)
    assert (message.state, message.note) == (MessageState.SENT, "已电话核实")
    assert client.post(url, {"verdict": "discard", "reason": "x"}).status_code == 409


def test_failed_ones_are_sent_again(client: Client, admin: Any) -> None:
    some_messages(admin)
    failed = Message.objects.get(state=MessageState.FAILED)
    client.post("/delivery/messages/retry", {"id": [failed.pk, "x", "9" * 30]})
    failed.refresh_from_db()
    assert failed.state == MessageState.QUEUED


GATEWAY = {
    "is_active": "on",
    "url": "https://sms.example.com/send",
    "method": "POST",
    "timeout_seconds": "10",
    "headers": "Authorization: Bearer {{secret}}\nX-App: kefu",
    "body_kind": "json",
    "body": '{"to": "{{phone}}", "text": "{{text}}"}',
    "secret": "top-secret",
    "success_kind": "json",
    "success_path": "code",
    "success_value": "0",
    "version": "0",
}


def test_the_gateway_is_set_up_and_its_secret_never_shown(client: Client, admin: Any) -> None:
    assert client.post("/delivery/channels/sms", {**GATEWAY, "body": "{"}).status_code == 422
    assert client.post("/delivery/channels/sms", {**GATEWAY, "url": "https://127.0.0.1/"}).status_code == 422
    assert SmsGateway.objects.count() == 0
    assert client.post("/delivery/channels/sms", GATEWAY).status_code == 302
    gateway = SmsGateway.objects.get()
    assert (gateway.headers, gateway.secret) == ({"Authorization": "Bearer {{secret}}", "X-App": "kefu"}, "top-secret")
    assert "top-secret" not in client.get("/delivery/channels/").content.decode()
    assert client.post("/delivery/channels/sms", {**GATEWAY, "secret": "", "version": "0"}).status_code == 409
    client.post("/delivery/channels/sms", {**GATEWAY, "secret": "", "version": "1"})
    assert SmsGateway.objects.get().secret == "top-secret"


def test_a_test_mail_from_the_page(client: Client, admin: Any, mailbox: Mailbox) -> None:
    assert client.post("/delivery/channels/test", {"channel": "mail", "to": "nobody"}).status_code == 422
    assert client.post("/delivery/channels/test", {"channel": "sms", "to": "13800138000"}).status_code == 422
    answer = client.post("/delivery/channels/test", {"channel": "mail", "to": ADDRESS})
    assert answer.status_code == 302
    drain()
    assert len(mailbox.mails) == 1
    assert client.get(answer.url).status_code == 200  # type: ignore[attr-defined]


def test_an_endpoint_shows_its_secret_once(client: Client, admin: Any) -> None:
    given = {"name": "仓库", "url": "https://warehouse.example.com/", "events": EVENTS}
    assert client.post("/delivery/webhooks/new/", {**given, "url": "http://10.1.1.1/"}).status_code == 422
    page = client.post("/delivery/webhooks/new/", given).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in page
    assert endpoint.secret.encode() not in bytes(endpoint.sealed_secret)
    assert endpoint.secret not in client.get(f"/delivery/webhooks/{endpoint.uid}/").content.decode()
    assert client.post("/delivery/webhooks/new/", given).status_code == 422
    before = endpoint.secret
    renewed = client.post(f"/delivery/webhooks/{endpoint.uid}/secret").content.decode()
    endpoint.refresh_from_db()
    assert endpoint.secret != before
    assert endpoint.secret in renewed
    changed = {**given, "name": "数据仓库", "version": "1"}
    assert client.post(f"/delivery/webhooks/{endpoint.uid}/", changed).status_code == 302
    assert client.post(f"/delivery/webhooks/{endpoint.uid}/", changed).status_code == 409


def test_pause_resume_ping_replay_remove(client: Client, admin: Any, receiver: Receiver) -> None:
    uid = some_endpoints(admin)["uid"]
    base = f"/delivery/webhooks/{uid}"
    assert client.post(f"{base}/ping").status_code == 409
    client.post(f"{base}/resume")
    assert WebhookEndpoint.objects.get().state == EndpointState.ACTIVE
    assert not WebhookCall.objects.filter(state=CallState.HELD).exists()
    assert client.post(f"{base}/ping").status_code == 302
    failed = WebhookCall.objects.get(state=CallState.FAILED)
    client.post("/delivery/webhooks/calls/replay", {"id": [failed.pk]})
    assert WebhookCall.objects.filter(replay_of=failed).count() == 1
    client.post(f"{base}/pause")
    assert WebhookEndpoint.objects.get().state == EndpointState.PAUSED
    client.post(f"{base}/remove")
    assert client.get(f"{base}/").status_code == 404
    assert not WebhookCall.objects.filter(state__in=(CallState.QUEUED, CallState.HELD)).exists()


def test_nobody_else_gets_in_and_nothing_changes(client: Client) -> None:
    user = user_with("leader")
    client.force_login(user)
    pk = doubtful_message(user)["pk"]
    uid = some_endpoints(user)["uid"]
    a_gateway(user)
    tables = (Message, SmsGateway, WebhookEndpoint, WebhookCall)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    for path in ("messages/", f"messages/{pk}/", "channels/", "webhooks/", f"webhooks/{uid}/", "webhooks/calls/"):
        assert client.get(f"/delivery/{path}").status_code == 403, path
    for path in (
        "messages/retry",
        f"messages/{pk}/decide",
        "channels/sms",
        "channels/test",
        "webhooks/new/",
        f"webhooks/{uid}/",
        f"webhooks/{uid}/secret",
        f"webhooks/{uid}/pause",
        f"webhooks/{uid}/resume",
        f"webhooks/{uid}/ping",
        f"webhooks/{uid}/remove",
        "webhooks/calls/replay",
    ):
        assert client.post(f"/delivery/{path}", {**GATEWAY, "id": [pk]}).status_code == 403, path
    assert client.get("/api/v1/webhooks").status_code == 403
    assert client.delete(f"/api/v1/webhooks/{uid}").status_code == 403
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before


def test_the_manager_reads_the_log_but_sets_up_nothing(client: Client) -> None:
    client.force_login(user_with("auditor"))
    assert client.get("/delivery/messages/").status_code == 200
    assert client.post("/delivery/messages/retry", {"id": [1]}).status_code == 403
    assert client.get("/delivery/channels/").status_code == 403


def test_the_same_over_the_api(client: Client, admin: Any, receiver: Receiver) -> None:
    def send(method: str, path: str, body: Any = None) -> Any:
        return getattr(client, method)(f"/api/v1/webhooks{path}", json.dumps(body), content_type="application/json")

    given = {"name": "仓库", "url": receiver.url, "events": EVENTS}
    made = send("post", "", given)
    assert made.status_code == 201
    uid = made.json()["uid"]
    assert made.json()["secret"] == WebhookEndpoint.objects.get().secret
    assert send("post", "", {**given, "events": ["no.such_event"], "name": "x"}).status_code == 422
    [listed] = client.get("/api/v1/webhooks").json()
    assert "secret" not in listed
    assert send("put", f"/{uid}", {**given, "name": "新仓库", "expected_version": 1}).json()["version"] == 2
    assert send("put", f"/{uid}", {**given, "expected_version": 1}).status_code == 409
    assert send("post", f"/{uid}/pause").json()["state"] == "paused"
    assert send("post", f"/{uid}/resume").json()["state"] == "active"
    client.post(f"/delivery/webhooks/{uid}/ping")
    drain()
    [call] = client.get(f"/api/v1/webhooks/{uid}/calls", {"state": "delivered"}).json()["items"]
    assert send("post", f"/calls/{call['uid']}/replay").json() == {"replayed": 1}
    assert send("post", f"/{uid}/secret").json()["secret"] != made.json()["secret"]
    assert send("delete", f"/{uid}").status_code == 204
    assert client.get("/api/v1/webhooks").json() == []
