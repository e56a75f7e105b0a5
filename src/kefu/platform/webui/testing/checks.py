"""What must hold of every page in the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENSHOTS = Path(os.environ.get("KEFU_SCREENSHOTS", "screenshots"))
RUN_AXE = """
async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return found.violations.map(v => `${v.id} (${v.impact}): ` + v.nodes.slice(0, 3).map(
    n => `${n.target.join(' ')} ${n.html.slice(0, 140)} ${(n.failureSummary || '').slice(0, 220)}`).join(' | '));
}
"""
SIDEWAYS = """
() => {
  const wide = innerWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push(`page is ${document.documentElement.scrollWidth}px wide`);
  const main = document.querySelector('main');
  if (main && main.scrollWidth > main.clientWidth + 1) {
    const culprit = [...main.querySelectorAll('*')].find(n => n.getBoundingClientRect().right > main.getBoundingClientRect().right + 1
      && !n.closest('.ui-table-wrap,.ui-chips,.ui-seg,.ui-subnav,.ui-scroll-x,pre'));
    found.push(`main scrolls sideways: ${main.scrollWidth} > ${main.clientWidth} ${culprit ? culprit.outerHTML.slice(0, 160) : ''}`);
  }
  return found;
}
"""
INLINE = """
() => [...document.querySelectorAll('[style]:not([style=""])')].filter(n => !n.closest('ui-chart')).map(n => n.outerHTML.slice(0, 160))
"""


class Watch:
    """Listens to a page from its beginning: errors on the console, failed requests, refusals of the policy."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"script error: {error}"))
        page.on("requestfailed", self._failed)

    def _console(self, message: Any) -> None:
        if message.type not in {"error", "warning"}:
            return
        # The browser itself reports the status of a page that is meant to be an error page.
        if "Failed to load resource" in message.text and message.location.get("url", "").rstrip("/").endswith(
            self.expected
        ):
            return
        self.errors.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.errors.append(f"request failed: {request.url} {request.failure}")

    expected = "\0"
    """The end of the address whose status is meant to be an error."""


def settle(page: Page) -> None:
    """Wait until scripts have run, no htmx request is under way and charts are drawn."""
    page.wait_for_selector("html[data-settled]", state="attached", timeout=15_000)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.evaluate("() => document.querySelectorAll('ui-chart').forEach(c => c.scrollIntoView())")
    for handle in page.query_selector_all("ui-chart"):
        handle.scroll_into_view_if_needed()
    if page.query_selector("ui-chart"):
        page.wait_for_function(
            "() => [...document.querySelectorAll('ui-chart')].every(c => c.hasAttribute('data-drawn'))"
        )
        page.evaluate("() => document.querySelector('main')?.scrollTo(0, 0)")


def page_check(page: Page, *, limit: int = 1500) -> None:
    """Axe finds nothing, the console is quiet, nothing scrolls sideways, the page is not too big, no inline style."""
    settle(page)
    watch: Watch | None = getattr(page, "watch", None)
    problems = list(watch.errors) if watch else []
    page.evaluate(f"{AXE};0")
    problems += [f"axe: {found}" for found in page.evaluate(RUN_AXE, RULES)]
    problems += [f"layout: {found}" for found in page.evaluate(SIDEWAYS)]
    nodes = page.evaluate("() => document.querySelectorAll('body *:not(ui-chart *)').length")
    if nodes > limit:
        problems.append(f"size: {nodes} elements, more than {limit}")
    inline = page.evaluate(INLINE)
    if inline:
        problems.append(f"style attributes: {inline}")
    assert not problems, "\n".join(problems)


def shoot(page: Page, name: str, *, whole: bool = False) -> Path:
    """A screenshot in ``screenshots/``."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=str(path), full_page=whole)
    return path
