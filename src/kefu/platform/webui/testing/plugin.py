"""The pytest plugin: a live server, Chromium, and pages opened as somebody in some look.

Fixtures: ``live_url`` (the address), ``browser`` (one Chromium a run), ``open_page(path, role=…, theme=…, width=…,
language=…)`` (a page whose ``watch`` has listened from the beginning). Without a browser the tests are skipped and the
run says so at its end, loudly.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kefu.platform.webui import catalogues
from kefu.platform.webui.testing import checks
from kefu.platform.webui.testing.pages import WIDTHS, Look

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
MISSING = "Chromium is missing: pages were NOT tested in a browser (apt-get install chromium fonts-noto-cjk)"
_skipped: list[str] = []


def chromium() -> str | None:
    """The browser: ``KEFU_CHROMIUM``, or Debian's."""
    named = os.environ.get("KEFU_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((p for p in ("/usr/bin/chromium", shutil.which("chromium") or "") if p and Path(p).exists()), None)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues that have changed, before any text is looked up."""
    catalogues.compile_all()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what could not be run."""
    if _skipped:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{MISSING}: {len(_skipped)} tests", red=True, bold=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the browser is marked so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Any]:
    path = chromium()
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; the ORM is still used synchronously, by us alone.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def browser(_chromium: Any, request: pytest.FixtureRequest) -> Any:
    """Chromium, or a loud skip."""
    if _chromium is None:
        _skipped.append(request.node.nodeid)
        pytest.skip(MISSING)
    return _chromium


@pytest.fixture(scope="session")
def _server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from kefu.platform.webui.testing import server

    with server.running(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def live_url(_server: str, transactional_db: None) -> str:
    """The address of the running server; what the test commits is what it shows."""
    return _server


@pytest.fixture
def open_page(browser: Any, live_url: str) -> Iterator[Callable[..., Any]]:
    """Open a path as somebody of a role, in a theme, width and language."""
    from kefu.platform.webui.testing import people

    contexts: list[Any] = []

    def open_(
        path: str,
        *,
        role: str = "",
        user: Any = None,
        theme: str = "light",
        width: str = "wide",
        language: str = "zh-hans",
        expect: int = 200,
    ) -> Any:
        size = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=1,
            locale="zh-CN" if language != "en" else "en-US",
            timezone_id="Asia/Shanghai",
            is_mobile=width == "phone",
            has_touch=width == "phone",
            reduced_motion="reduce",
        )
        contexts.append(context)
        cookies = [{"name": "kefu_theme", "value": theme}, {"name": "kefu_language", "value": language}]
        somebody = user or (people.user_with(role) if role else None)
        if somebody is not None:
            if somebody.language != language:
                type(somebody).objects.filter(pk=somebody.pk).update(language=language)
            cookies.append(people.session_cookie(somebody))
        context.add_cookies([{**cookie, "url": live_url} for cookie in cookies])
        page = context.new_page()
        page.watch = checks.Watch(page)
        if expect >= 400:
            page.watch.expected = path.split("?")[0].rstrip("/") or live_url
        answer = page.goto(live_url + path, wait_until="load")
        assert answer is not None
        assert answer.status == expect, f"{path} answered {answer.status}, not {expect}"
        checks.settle(page)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page_check() -> Callable[..., None]:
    """The checks that every page must pass."""
    return checks.page_check


@pytest.fixture
def look() -> Look:
    """The look of an ordinary page test."""
    return Look("light", "wide", "zh-hans")
