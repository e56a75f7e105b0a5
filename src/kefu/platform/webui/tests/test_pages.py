"""Every registered page in the browser: axe, console, layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kefu.platform.webui.menu import MENU
from kefu.platform.webui.testing import checks
from kefu.platform.webui.testing.pages import Look, PageCase, load_all, matrix


@pytest.mark.parametrize(("case", "look"), matrix(), ids=lambda v: v.code if isinstance(v, PageCase) else v.name)
def test_page(case: PageCase, look: Look, open_page: Callable[..., Any]) -> None:
    from kefu.platform.webui.testing import people

    user = people.user_with(case.role) if case.role else None
    path = case.address(user)
    page = open_page(path, user=user, theme=look.theme, width=look.width, language=look.language, expect=case.status)
    if case.act:
        case.act(page)
    checks.shoot(page, f"{case.code}-{look.name}")
    checks.page_check(page, limit=case.limit)


OTHERS_PAGES = {"api.docs"}
"""Drawn by a library inside its own page: the kit's checks do not fit; ``test_api`` sees that it answers."""


def test_every_page_of_the_menu_is_tested_in_the_browser() -> None:
    shown = {case.url_name for case in load_all()}
    missing = sorted(item.code for item in MENU if item.url_name not in shown and item.code not in OTHERS_PAGES)
    assert not missing, f"register a PageCase in the app's tests/pages.py for: {', '.join(missing)}"
