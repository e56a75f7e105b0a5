"""The pages of tasks for the browser matrix."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.platform.access.models import ScopeNode
from kefu.platform.access.tests.factories import make_node
from kefu.platform.tasks import services
from kefu.platform.webui.testing.pages import PAGES, PageCase

SYSTEM = Actor.system("test")


def some_tasks(user: Any) -> str:
    """A task in every state, some with a limit; the number of one that waits to be checked."""
    node = ScopeNode.objects.filter(code="tasks-team").first() or make_node("tasks-team")
    type(user).objects.filter(pk=user.pk).update(home_node=node)
    due = clock.now() + timedelta(hours=30)
    for number in range(3):
        services.open_task(actor=SYSTEM, kind="tasks.manual", title=f"回访客户 {number}", owner_id=user.pk, due_at=due)
    services.open_task(actor=SYSTEM, kind="tasks.manual", title="待领取的任务", node_id=node.pk)
    late = services.open_task(
        actor=SYSTEM,
        kind="tasks.checked",
        title="整改措施",
        body="请补充培训记录。",
        owner_id=user.pk,
        due_at=clock.now() - timedelta(hours=1),
    )
    waiting = services.open_task(
        actor=SYSTEM, kind="tasks.checked", title="知识复核", owner_id=user.pk, node_id=node.pk, due_at=due
    )
    services.complete(actor=SYSTEM, task_id=waiting.pk, evidence="已更新条目。")
    assert late.number
    return waiting.number


def one_task(user: Any) -> dict[str, Any]:
    """The one that waits to be checked."""
    return {"number": some_tasks(user)}


PAGES.register(PageCase("tasks.mine", "tasks:mine", role="agent", prepare=lambda user: some_tasks(user) and None))
PAGES.register(PageCase("tasks.team", "tasks:team", role="manager", prepare=lambda user: some_tasks(user) and None))
PAGES.register(PageCase("tasks.task", "tasks:task", role="manager", prepare=one_task))
PAGES.register(PageCase("tasks.new", "tasks:new", role="manager"))
