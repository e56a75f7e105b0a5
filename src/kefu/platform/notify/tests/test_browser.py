"""The bell in a real browser: a notice raises its number on the page that is open, on a phone as on a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kefu.platform.notify import services
from kefu.platform.notify.tests.test_web import KIND
from kefu.platform.webui.testing import checks, people


@pytest.mark.parametrize(("theme", "width"), [("dark", "phone"), ("light", "wide")])
def test_the_number_changes_on_the_open_page(open_page: Callable[..., Any], theme: str, width: str) -> None:
    user = people.user_with("agent")
    page = open_page("/jobs/", user=user, theme=theme, width=width, language="zh-hans")
    assert page.locator(".ui-top .ui-bell-count").is_hidden()
    for number in (1, 2):
        services.notify(users=[user.pk], kind=KIND, title=f"第 {number} 条")
        page.wait_for_function(
            "text => document.querySelector('.ui-top .ui-bell-count').textContent === text && "
            "document.querySelector('.ui-sheet .ui-bell-count')?.textContent === text",
            arg=str(number),
            timeout=20_000,
        )
    assert page.locator(".ui-top ui-bell a").get_attribute("aria-label") == "收件箱，2 条未读"
    checks.page_check(page)
    services.mark_all_read(actor=user.as_actor())
    page.wait_for_function("() => document.querySelector('.ui-top .ui-bell-count').hidden", timeout=20_000)
    assert page.locator(".ui-sheet .ui-bell-count").count() == 0
