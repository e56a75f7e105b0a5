"""What the palette finds: inside the viewer's scope, masked, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from kefu.kernel.actor import Actor
from kefu.platform.webui import finding
from kefu.platform.webui.finding import PROVIDERS, Hit, Provider
from kefu.platform.webui.testing.people import session_cookie, user_with

pytestmark = pytest.mark.django_db


def test_what_cannot_be_meant_is_not_asked() -> None:
    assert [finding.is_worth_asking(text) for text in ("", "a", "ab", "张", "1")] == [False, False, True, True, False]


def test_it_needs_a_session(client: Client) -> None:
    assert client.get(reverse("webui:find"), {"q": "admin"}).status_code == 302


def test_everybody_finds_only_what_they_may(client: Client) -> None:
    for role, expected in (("admin", True), ("agent", False)):
        cookie = session_cookie(user_with(role))
        client.cookies[cookie["name"]] = cookie["value"]
        hits = client.get(reverse("webui:find"), {"q": "calls.service_level"}).json()["hits"]
        assert any(hit["url"].startswith("/params/") for hit in hits) is expected


def test_a_provider_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(viewer: Actor, text: str) -> Iterator[Hit]:
        raise RuntimeError
        yield

    monkeypatch.setitem(PROVIDERS._items, "test", Provider("test", "t", "x", "", broken, 1))
    assert finding.find(Actor.system("test"), "calls.service_level")
