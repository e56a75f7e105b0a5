"""The pages of clocks for the browser matrix."""

from __future__ import annotations

from typing import Any

from kefu.kernel import clock as time
from kefu.platform.clocks import services
from kefu.platform.clocks.registry import CLOCK_KINDS, clock_kind
from kefu.platform.clocks.tests.factories import HOUR
from kefu.platform.webui.testing.pages import PAGES, PageCase

KIND = "tasks.verification"


def a_clock(user: Any) -> dict[str, Any]:
    """An overdue clock with a pause in its log."""
    if KIND not in CLOCK_KINDS:
        clock_kind(KIND, "任务复核", target_seconds=4 * HOUR)
    start = time.now().replace(microsecond=0)
    row = services.start(
        kind=KIND,
        origin="sample.thing:1",
        title="复核：回访记录",
        owner_id=user.pk,
        at=start.replace(year=start.year - 1),
    )
    services.pause(clock_id=row.pk, reason="等客户补充资料")
    services.resume(clock_id=row.pk)
    return {"pk": row.pk}


def a_policy(user: Any) -> dict[str, Any]:
    """A kind with its limits."""
    a_clock(user)
    return {"kind": KIND}


PAGES.register(PageCase("clocks.clocks", "clocks:clocks", role="manager", prepare=lambda user: a_clock(user) and None))
PAGES.register(PageCase("clocks.clock", "clocks:clock", role="manager", prepare=a_clock))
PAGES.register(
    PageCase("clocks.policies", "clocks:policies", role="manager", prepare=lambda user: a_clock(user) and None)
)
PAGES.register(PageCase("clocks.policy", "clocks:policy", role="manager", prepare=a_policy))
