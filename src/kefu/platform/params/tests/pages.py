"""The pages of parameters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.params import services
from kefu.platform.webui.testing.pages import PAGES, PageCase

CODE = "imports.export_row_limit"


def changed(user: Any) -> dict[str, Any]:
    actor = Actor.system("test")
    services.change(actor=actor, code=CODE, value=20000, reason="月末数据量大")
    services.change(actor=actor, code=CODE, value=30000, effective_at=clock.now() + timedelta(days=1))
    services.reset(actor=actor, code=CODE)
    return {"code": CODE}


def changed_list(user: Any) -> None:
    changed(user)


PAGES.register(PageCase("params.params", "params:params", prepare=changed_list))
PAGES.register(PageCase("params.param", "params:param", prepare=changed))
