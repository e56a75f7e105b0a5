"""Given an endpoint, when events are published, then it hears of each, signed, until it has failed too often."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from kefu.kernel import clock
from kefu.kernel.errors import Denied, InvalidInput
from kefu.kernel.events import EVENTS, Event, event
from kefu.platform.access.models import User
from kefu.platform.delivery import calling, rules, services
from kefu.platform.delivery.adapters import targets
from kefu.platform.delivery.choices import CallState, EndpointState
from kefu.platform.delivery.models import WebhookCall, WebhookEndpoint
from kefu.platform.delivery.testing import drain
from kefu.platform.delivery.tests.conftest import SYSTEM
from kefu.platform.delivery.tests.outside import Receiver, drop
from kefu.platform.jobs.testing import tick
from kefu.platform.outbox.models import StoredEvent
from kefu.platform.outbox.services import publish

pytestmark = pytest.mark.django_db


@event("test.shipped")
@dataclass(frozen=True, slots=True)
class Shipped(Event):
    """For these tests."""

    number: int


@pytest.fixture(autouse=True)
def _event() -> Iterator[None]:
    before = dict(EVENTS._items)
    EVENTS._items[Shipped.code] = Shipped
    yield
    EVENTS._items.clear()
    EVENTS._items.update({code: kind for code, kind in before.items() if code != Shipped.code})


@pytest.fixture
def endpoint(receiver: Receiver, db: None) -> WebhookEndpoint:
    made, _secret = services.add_endpoint(
        actor=SYSTEM, name="仓库", url=receiver.url + "/hook", events=["test.shipped", "delivery.endpoint_paused"]
    )
    return made


def verified(secret: str, header: str, body: bytes) -> bool:
    """The check as a receiver would write it from the README, without our code."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(parts["t"])) < 300 and hmac.compare_digest(expected, parts["v1"])


def test_an_event_arrives_signed_with_ids_only(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    stored = publish(Shipped(number=7))
    assert receiver.got == []
    drain()
    [got] = receiver.got
    call = WebhookCall.objects.get()
    assert (call.state, call.status, call.attempts) == (CallState.DELIVERED, 200, 1)
    assert json.loads(got.body) == {
        "id": str(stored.uid),
        "type": "test.shipped",
        "version": 1,
        "occurred_at": stored.created_at.isoformat(),
        "data": {"number": 7},
    }
    assert (got.method, got.path, got.headers["kefu-delivery"]) == ("POST", "/hook", str(call.uid))
    assert verified(endpoint.secret, got.headers["kefu-signature"], got.body)
    assert not verified("another", got.headers["kefu-signature"], got.body)
    assert not verified(endpoint.secret, got.headers["kefu-signature"], got.body + b" ")
    old = got.headers["kefu-signature"].replace("t=", "t=1", 1)
    assert not verified(endpoint.secret, old, got.body)


def test_other_events_and_rolled_back_ones_are_not_told(endpoint: WebhookEndpoint) -> None:
    services.change_endpoint(
        actor=SYSTEM, endpoint_id=endpoint.pk, name="仓库", url=endpoint.url, events=["delivery.endpoint_paused"]
    )
    publish(Shipped(number=1))
    assert WebhookCall.objects.count() == 0
    services.change_endpoint(
        actor=SYSTEM, endpoint_id=endpoint.pk, name="仓库", url=endpoint.url, events=["test.shipped"]
    )
    with transaction.atomic():
        publish(Shipped(number=2))
        transaction.set_rollback(True)
    assert WebhookCall.objects.count() == 0


@pytest.mark.parametrize(
    "answer", [(500, "oops"), (404, "no"), (301, ""), (429, "slow"), drop], ids=["500", "404", "301", "429", "dropped"]
)
def test_a_failure_is_tried_again_under_the_same_number(
    endpoint: WebhookEndpoint, receiver: Receiver, answer: Any
) -> None:
    receiver.answer, receiver.headers = answer, {"Location": "http://169.254.169.254/", "Retry-After": "600"}
    publish(Shipped(number=1))
    drain()
    call = WebhookCall.objects.get()
    assert (call.state, call.attempts, len(receiver.got)) == (CallState.QUEUED, 1, 1)
    if not callable(answer):
        assert call.next_attempt_at is not None
        assert call.next_attempt_at >= clock.now() + timedelta(seconds=590)
    receiver.answer, receiver.headers = (204, ""), {}
    drain()
    call.refresh_from_db()
    assert (call.state, call.attempts) == (CallState.DELIVERED, 2)
    assert len({got.headers["kefu-delivery"] for got in receiver.got}) == 1


def test_repeated_failure_pauses_and_what_happens_meanwhile_is_kept(
    endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.answer = (500, "oops")
    for number in range(rules.FAILURES_BEFORE_PAUSE):
        publish(Shipped(number=number))
    drain()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.failed_in_a_row) == (EndpointState.FAILING, rules.FAILURES_BEFORE_PAUSE)
    assert StoredEvent.objects.filter(code="delivery.endpoint_paused").count() == 1
    asked = len(receiver.got)
    publish(Shipped(number=99))
    drain()
    assert len(receiver.got) == asked
    assert not WebhookCall.objects.exclude(state=CallState.HELD).exists()
    receiver.answer = (200, "")
    assert services.resume_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk) == rules.FAILURES_BEFORE_PAUSE + 2
    drain()
    assert not WebhookCall.objects.exclude(state=CallState.DELIVERED).exists()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.failed_in_a_row) == (EndpointState.ACTIVE, 0)


def test_a_receiver_that_is_gone_is_paused_at_once(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = (410, "gone")
    publish(Shipped(number=1))
    drain()
    endpoint.refresh_from_db()
    assert (endpoint.state, WebhookCall.objects.filter(state=CallState.FAILED).count()) == (EndpointState.FAILING, 1)


def test_a_replay_is_a_new_call_of_the_same_event(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    publish(Shipped(number=1))
    drain()
    first = WebhookCall.objects.get()
    assert services.replay_calls(actor=SYSTEM, ids=[first.pk]) == 1
    again = WebhookCall.objects.get(replay_of=first)
    assert services.replay_calls(actor=SYSTEM, ids=[again.pk]) == 0
    drain()
    ids = [json.loads(got.body)["id"] for got in receiver.got]
    assert ids[0] == ids[1]
    assert receiver.got[0].headers["kefu-delivery"] != receiver.got[1].headers["kefu-delivery"]


def test_a_killed_caller_s_call_is_made_again(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    publish(Shipped(number=1))
    call = WebhookCall.objects.get()
    assert isinstance(calling._claim(call.pk, clock.now()), WebhookCall)
    tick("delivery.settle_interrupted")
    call.refresh_from_db()
    assert call.state == CallState.SENDING
    tick("delivery.settle_interrupted", clock.now() + timedelta(minutes=3))
    drain()
    call.refresh_from_db()
    assert (call.state, call.attempts, len(receiver.got)) == (CallState.DELIVERED, 2, 1)


def test_a_removed_endpoint_hears_nothing(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    publish(Shipped(number=1))
    services.remove_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk)
    publish(Shipped(number=2))
    drain()
    assert receiver.got == []
    assert list(WebhookCall.objects.values_list("state", "error")) == [(CallState.FAILED, "endpoint_removed")]


def test_a_target_that_becomes_private_is_not_called(
    endpoint: WebhookEndpoint, receiver: Receiver, settings: Any
) -> None:
    publish(Shipped(number=1))
    settings.PRIVATE_TARGETS = []
    drain()
    call = WebhookCall.objects.get()
    assert (call.state, call.error, receiver.got) == (CallState.FAILED, "forbidden_target", [])


def test_a_name_that_resolves_inwards_is_not_called(
    endpoint: WebhookEndpoint, receiver: Receiver, settings: Any
) -> None:
    settings.PRIVATE_TARGETS = ["localhost.localdomain"]
    WebhookEndpoint.objects.update(url=receiver.url.replace("127.0.0.1", "localhost"))
    settings.PRIVATE_TARGETS = []
    publish(Shipped(number=1))
    drain()
    assert (WebhookCall.objects.get().error, receiver.got) == ("forbidden_target", [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_the_network(address: str, settings: Any) -> None:
    settings.PRIVATE_TARGETS = []
    assert targets.is_private(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert targets.refusal(f"https://{host}/") == "private"
    with pytest.raises(targets.Forbidden):
        targets.resolve(address, 443)


def test_addresses_in_the_open_network(settings: Any) -> None:
    settings.PRIVATE_TARGETS = ["10.0.0.0/8", "sms.internal"]
    for url, expected in (
        ("https://8.8.8.8/", ""),
        ("https://[2606:4700::1111]/", ""),
        ("https://hooks.example.com:8443/a?b=c", ""),
        ("http://hooks.example.com/", "plain"),
        ("http://10.1.2.3/", ""),
        ("http://sms.internal/", ""),
        ("https://localhost/", "private"),
        ("https://user:pass@example.com/", "host"),
        ("https:///path", "host"),
        ("https://example.com/a b", "host"),
        ("https://example.com:99999/", "host"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.com/", "scheme"),
    ):
        assert targets.refusal(url) == expected, url


def test_what_cannot_be_right_is_refused(receiver: Receiver, endpoint: WebhookEndpoint) -> None:
    good = {"name": "另一个", "url": receiver.url, "events": ["test.shipped"]}
    for change, field in (
        ({"name": " "}, "name"),
        ({"name": "仓库"}, "name"),
        ({"url": "http://example.com/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["no.such"]}, "events"),
    ):
        with pytest.raises(InvalidInput) as caught:
            services.add_endpoint(actor=SYSTEM, **{**good, **change})
        assert list(caught.value.errors) == [field]
    assert WebhookEndpoint.objects.count() == 1


def test_without_the_right_nothing_changes(endpoint: WebhookEndpoint) -> None:
    nobody = User.objects.create(username="wu", display_name="wu").as_actor()
    publish(Shipped(number=1))
    drain()
    before = (list(WebhookEndpoint.objects.values()), list(WebhookCall.objects.values()))
    same = {"name": "x", "url": endpoint.url, "events": ["test.shipped"]}
    for attempt in (
        lambda: services.add_endpoint(actor=nobody, **same),
        lambda: services.change_endpoint(actor=nobody, endpoint_id=endpoint.pk, **same),
        lambda: services.renew_secret(actor=nobody, endpoint_id=endpoint.pk),
        lambda: services.pause_endpoint(actor=nobody, endpoint_id=endpoint.pk),
        lambda: services.resume_endpoint(actor=nobody, endpoint_id=endpoint.pk),
        lambda: services.remove_endpoint(actor=nobody, endpoint_id=endpoint.pk),
        lambda: services.send_ping(actor=nobody, endpoint_id=endpoint.pk),
        lambda: services.replay_calls(actor=nobody, ids=list(WebhookCall.objects.values_list("pk", flat=True))),
    ):
        with pytest.raises(Denied):
            attempt()
    assert (list(WebhookEndpoint.objects.values()), list(WebhookCall.objects.values())) == before
