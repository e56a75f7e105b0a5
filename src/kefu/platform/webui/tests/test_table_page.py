"""A list page in the browser: order, pages, Back, filters, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kefu.platform.access.models import User

OpenPage = Callable[..., Any]


@pytest.fixture
def page(open_page: OpenPage) -> Any:
    User.objects.bulk_create(User(username=f"a{i:03d}", display_name=f"员工{i:03d}", password="!") for i in range(120))
    return open_page(reverse("access:users"), role="admin")


def settled(page: Any) -> None:
    page.wait_for_selector("html[data-settled]", state="attached")


def test_order_and_pages_live_in_the_address_and_back_shows_the_whole_page(page: Any) -> None:
    page.evaluate("() => { window.sameDocument = true; }")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**after=**")
    settled(page)
    assert page.evaluate("() => window.sameDocument") is True
    second = page.locator("[data-rows] [data-row]").first.inner_text()
    page.get_by_role("link", name="上一页").click()
    page.wait_for_url("**before=**")
    settled(page)
    assert page.locator("[data-rows] [data-row]").first.inner_text() != second
    page.go_back()
    page.wait_for_url("**after=**")
    settled(page)
    assert page.locator(".ui-rail").count() == 1
    assert page.locator("[data-rows] [data-row]").first.inner_text() == second


def test_filters_apply_themselves_and_keep_the_focus(page: Any) -> None:
    box = page.locator(".ui-filters [type=search]").first
    box.fill("员工042")
    box.press("Enter")
    page.wait_for_url("**=*042*")
    settled(page)
    assert page.locator("[data-rows] [data-row]").count() == 1
    assert "员工042" in page.locator("[data-rows]").inner_text()
    assert "role=" not in page.url, "empty parameters stay out of the address"
    assert page.evaluate("() => document.activeElement.type") == "search"


def test_keys_move_along_the_rows(page: Any) -> None:
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert (
        page.evaluate("() => [...document.querySelectorAll('[data-row]')].findIndex(r => r.hasAttribute('data-at'))")
        == 0
    )
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#ui-drawer[open]') || !location.pathname.endsWith('/users/')")
