"""Given the list in a browser, when keys are pressed and dialogs answered, then requests are decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from kefu.platform.approvals.models import Request
from kefu.platform.approvals.tests.pages import some_requests
from kefu.platform.webui.testing import people


def test_a_approves_the_row_and_d_asks_for_the_reason(open_page: Callable[..., Any]) -> None:
    user = people.user_with("manager")
    some_requests(user)
    page = open_page("/approvals/", user=user)
    first = page.locator("[data-row] .ui-row-link").first.inner_text()
    rows = page.locator("[data-row]").count()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-row]")).to_have_count(rows - 1)
    assert Request.objects.get(title=first, requester__isnull=False, steps__state="approved").title == first
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.locator("#ui-dialog textarea[name=comment]").fill("预算已用完")
    page.locator("#ui-dialog button[value=decline]").click()
    expect(page.locator("[data-row]")).to_have_count(rows - 2)
    assert Request.objects.filter(state="declined").count() == 1


def test_on_a_phone_the_buttons_are_big_enough_for_a_thumb(open_page: Callable[..., Any]) -> None:
    user = people.user_with("manager")
    some_requests(user)
    page = open_page("/approvals/", user=user, width="phone")
    for name in ("[data-approve]", "[data-decline]"):
        box = page.locator(name).first.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
