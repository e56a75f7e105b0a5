"""The wallboard in a real browser: one stream for all tabs, stale when silent, right again after the network drops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kefu.areas.insight.tests.payloads import wall
from kefu.areas.insight.tests.proxy import Line, line_to
from kefu.platform.live import services
from kefu.platform.webui.testing import people

WAITING = '[data-kpi="waiting"] [data-value]'


def publish(waiting: int) -> None:
    """The whole centre's board, with so many calls waiting."""
    services.publish("calls.wall.all", wall(waiting=waiting))  # type: ignore[arg-type]


def shows(page: Any, waiting: int) -> None:
    """Wait until the page says so."""
    page.wait_for_function(
        "([where, text]) => document.querySelector(where)?.textContent === text",
        arg=[WAITING, str(waiting)],
        timeout=20_000,
    )


def is_live(page: Any) -> None:
    """Wait until the mark says that the data is live."""
    page.wait_for_selector('ui-live[data-state="live"]', timeout=20_000)


@pytest.fixture
def line(live_url: str) -> Iterator[Line]:
    """The way from the browser to the server."""
    with line_to(live_url) as made:
        yield made


@pytest.fixture
def context(browser: Any, line: Line) -> Iterator[Any]:
    """A browser in which the manager has signed in."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Asia/Shanghai")
    made.add_cookies([{**people.session_cookie(people.user_with("manager")), "url": line.url}])
    yield made
    made.close()


def tab(context: Any, line: Line, *, fallback: bool = False) -> Any:
    """One more tab with the wallboard."""
    page = context.new_page()
    if fallback:
        page.add_init_script("delete window.SharedWorker")
    page.goto(f"{line.url}/wall/")
    return page


def streams(page: Any, line: Line) -> int:
    """How many streams the hub has open."""
    return int(page.request.get(f"{line.url}/live/status/?format=json").json()["streams"])


@pytest.mark.parametrize("fallback", [False, True], ids=["shared worker", "elected tab"])
def test_six_tabs_share_one_stream(context: Any, line: Line, fallback: bool) -> None:
    publish(3)
    tabs = [tab(context, line, fallback=fallback) for _ in range(6)]
    for page in tabs:
        is_live(page)
    assert streams(tabs[0], line) == 1
    publish(11)
    for page in tabs:
        shows(page, 11)
    tabs[0].close()
    publish(12)
    for page in tabs[1:]:
        shows(page, 12)
    assert streams(tabs[1], line) == 1


def test_silence_is_said_and_a_mended_line_is_right_again(context: Any, line: Line) -> None:
    publish(3)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{line.url}/wall/")
    is_live(page)
    shows(page, 3)

    line.cut()
    page.clock.fast_forward(16_000)
    page.wait_for_selector('ui-live[data-state="stale"]')
    page.wait_for_selector("#wall-banner:not([hidden])")
    assert page.get_attribute("#wall", "data-stale") == "yes"

    publish(25)
    line.mend()
    shows(page, 25)
    page.clock.run_for(2_000)
    is_live(page)
    page.wait_for_selector("#wall-banner", state="hidden")
    assert page.get_attribute("#wall", "data-stale") is None


def test_ages_tick_between_messages(context: Any, line: Line) -> None:
    publish(3)
    page = tab(context, line)
    is_live(page)
    where = '[data-kpi="longest_wait"] [data-value]'
    before = page.text_content(where)
    page.wait_for_function("([where, text]) => document.querySelector(where).textContent !== text", arg=[where, before])


def test_data_that_is_too_old_is_stale_although_the_stream_lives(context: Any, line: Line) -> None:
    from datetime import UTC, datetime, timedelta

    services.publish("calls.wall.all", wall(now=datetime.now(UTC) - timedelta(seconds=40)))  # type: ignore[arg-type]
    page = tab(context, line)
    page.wait_for_selector('ui-live[data-state="stale"]')
