"""The pages of set-up for the browser tests."""

from __future__ import annotations

from typing import Any

from kefu.kernel.actor import Actor
from kefu.platform.webui.testing.pages import PAGES, PageCase
from kefu.site.setup import services


def _open(user: Any) -> None:
    services.open_checklist(actor=Actor.system("test"))


PAGES.register(PageCase("setup.claim", "setup:claim", role=""))
PAGES.register(PageCase("setup.checklist", "setup:checklist", prepare=_open))
PAGES.register(PageCase("people.accounts", "people:accounts"))
PAGES.register(PageCase("people.agent_matching", "people:agent_matching"))
PAGES.register(PageCase("calls.queues_arrange", "calls:queues_arrange"))
