"""The reveal dialog and the tags."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests import factories
from kefu.platform.audit.models import AuditEntry
from kefu.platform.privacy import permissions, services

pytestmark = pytest.mark.django_db
NUMBER = "13800136621"


@pytest.fixture
def user() -> User:
    user = factories.make_user("K1001")
    factories.give(user, factories.make_role({permissions.VALUE_REVEAL: ScopeLevel.ALL}))
    return user


@pytest.fixture
def token() -> bytes:
    return services.tokenise("phone", [NUMBER])[NUMBER]


def test_the_dialog_asks_and_then_shows(client: Client, user: User, token: bytes) -> None:
    client.force_login(user)
    url = reverse("privacy:reveal", args=[services.ticket_for(user.as_actor(), token, "calls.visit:1")])
    page = client.get(url, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "138****6621" in page.text
    assert NUMBER not in page.text
    refused = client.post(url, {"reason": "看"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert not AuditEntry.objects.filter(action="privacy.value:reveal").exists()
    shown = client.post(url, {"reason": "客户要求回拨"}, headers={"HX-Request": "true"})
    assert NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert AuditEntry.objects.get(action="privacy.value:reveal").after["context"] == "calls.visit:1"


def test_another_viewers_ticket_and_a_viewer_without_the_right_are_refused(
    client: Client, user: User, token: bytes
) -> None:
    url = reverse("privacy:reveal", args=[services.ticket_for(user.as_actor(), token, "")])
    client.force_login(factories.make_user())
    assert client.post(url, {"reason": "客户要求回拨"}).status_code == 403
    other = factories.make_user()
    factories.give(other, factories.make_role({permissions.VALUE_REVEAL: ScopeLevel.ALL}))
    client.force_login(other)
    assert client.post(url, {"reason": "客户要求回拨"}).status_code == 403
    assert not AuditEntry.objects.filter(action="privacy.value:reveal").exists()


def draw(source: str, user: User | None, **context: object) -> str:
    request = RequestFactory().get("/")
    if user is not None:
        request.user = user
        request.actor = user.as_actor()  # type: ignore[attr-defined]
    return Template("{% load privacy %}" + source).render(Context({"request": request, **context}))


def test_the_tag_offers_the_button_to_whoever_may(user: User, token: bytes) -> None:
    assert "138****6621" in draw("{% masked token 'phone' %}", user, token=token)
    assert "hx-get" in draw("{% masked token 'phone' %}", user, token=token)
    plain = draw("{% masked token 'phone' %}", factories.make_user(), token=token)
    assert "138****6621" in plain
    assert "hx-get" not in plain
    assert "—" in draw("{% masked token 'phone' %}", user, token=None)


def test_the_tag_takes_masks_from_the_page(user: User, token: bytes, django_assert_num_queries: object) -> None:
    stranger = factories.make_user()
    masks = {token: "138****6621"}
    with django_assert_num_queries(1):  # type: ignore[operator]
        draw("{% masked token 'phone' %}", stranger, token=token, masks=masks)


def test_an_erased_value_has_no_button(user: User, token: bytes) -> None:
    services.erase(actor=factories.SYSTEM, token=token, reason="客户要求删除")
    drawn = draw("{% masked token 'phone' %}", user, token=token)
    assert "已删除" in drawn
    assert "hx-get" not in drawn


def test_the_watermark_names_the_viewer(user: User) -> None:
    assert "K1001" in draw("{% watermark %}", user)
    assert draw("{% watermark %}", None) == ""
