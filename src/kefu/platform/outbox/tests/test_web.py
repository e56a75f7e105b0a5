"""Given dead letters, when an administrator opens the pages, then they can be retried or discarded with a reason."""

from __future__ import annotations

import pytest
from django.test import Client

from kefu.platform.outbox.choices import DeliveryState
from kefu.platform.outbox.models import Delivery
from kefu.platform.outbox.tests.pages import dead_letter
from kefu.platform.webui.testing.people import user_with

pytestmark = pytest.mark.django_db


def test_retry_and_discard(client: Client) -> None:
    admin = user_with("admin")
    client.force_login(admin)
    pk = dead_letter(admin)["pk"]
    assert "loop.sample.react" in client.get("/outbox/").content.decode()
    assert client.get(f"/outbox/{pk}/").status_code == 200
    answer = client.post(f"/outbox/{pk}/discard", {"reason": " "})
    assert (answer.status_code, Delivery.objects.get(pk=pk).state) == (422, DeliveryState.DEAD)
    assert client.post("/outbox/retry", {"id": [pk, "x", "9" * 30]}).status_code == 302
    assert Delivery.objects.get(pk=pk).state == DeliveryState.WAITING
    assert client.post(f"/outbox/{pk}/discard", {"reason": "不需要"}).status_code == 409
    assert client.get("/outbox/999999/").status_code == 404


def test_nobody_else_gets_in(client: Client) -> None:
    agent = user_with("agent")
    client.force_login(agent)
    pk = dead_letter(agent)["pk"]
    assert client.get("/outbox/").status_code == 403
    assert client.post("/outbox/retry", {"id": [pk]}).status_code == 403
    assert Delivery.objects.get(pk=pk).state == DeliveryState.DEAD
