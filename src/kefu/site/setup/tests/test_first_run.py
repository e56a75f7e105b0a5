"""From an empty database, in the browser, by the checklist alone, to a leader who sees the team's calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kefu.kernel.actor import Actor
from kefu.platform.jobs import testing as jobs
from kefu.platform.outbox import testing as outbox
from kefu.site.setup import services
from kefu.site.setup.tests.walk import Walk

pytestmark = pytest.mark.slow


def work() -> None:
    """What the worker would do."""
    jobs.drain()
    outbox.drain()
    jobs.drain()


def test_a_small_centre_is_set_up_by_the_checklist(
    open_page: Callable[..., Any], live_url: str, tmp_path: Path, page_check: Callable[..., None]
) -> None:
    code = services.issue_link(actor=Actor.system("test"))
    page = open_page("/setup/claim/")
    page_check(page)
    walk = Walk(page, live_url, tmp_path, work)
    walk.claim(f"{live_url}/setup/claim/?code={code}")
    page_check(page)
    walk.units()
    walk.hours()
    faults = walk.employees()
    assert [word for word in ("没有这个单位", "2026-02-30") if not any(word in line for line in faults)] == []
    walk.source()
    walk.wait_for_lines()
    walk.queues()
    walk.agents()
    walk.accounts()
    page.goto(f"{live_url}/setup/")
    assert page.get_by_text("已完成 7 / 7 项必要设置").count() == 1
    page_check(page)
    assert len(walk.passwords) == 12
    rows = walk.leader_sees_calls(open_page("/sign-in/"))
    assert rows
