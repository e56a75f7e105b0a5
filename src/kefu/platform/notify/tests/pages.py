"""The pages of notices, with something to show."""

from __future__ import annotations

from typing import Any

from kefu.platform.notify import services
from kefu.platform.notify.models import Notice
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_notices(user: Any) -> None:
    kinds = [kind.code for kind in NOTICE_KINDS]
    for number in range(12):
        services.notify(
            users=[user.pk],
            kind=kinds[number % len(kinds)],
            title="您将于 2026-11-23 调入城东一组，请在此之前与原组长办好交接",
            body="新组长：李浩然。交接完成后，原班组的数据仍留在原班组。",
            url="/",
        )
    done = Notice.objects.filter(user=user).order_by("id").values_list("pk", flat=True)[:4]
    services.mark_read(actor=user.as_actor(), ids=list(done))


def one_notice(user: Any) -> dict[str, Any]:
    some_notices(user)
    return {"pk": Notice.objects.filter(user=user).order_by("-id")[0].pk}


PAGES.register_all(
    [
        PageCase("notify.inbox", "notify:inbox", role="agent", prepare=some_notices),
        PageCase("notify.inbox_empty", "notify:inbox", role="agent"),
        PageCase("notify.notice", "notify:notice", role="agent", prepare=one_notice),
        PageCase("notify.preferences", "notify:preferences", role="agent"),
    ]
)
