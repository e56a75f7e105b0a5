"""The pages of requests for the browser matrix, with something to show."""

from __future__ import annotations

from typing import Any

from kefu.platform.access.tests.factories import make_user
from kefu.platform.approvals import services
from kefu.platform.approvals.general import GENERAL
from kefu.platform.approvals.models import Request
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_requests(user: Any) -> Request:
    """Several that wait for managers, and one of the viewer's own."""
    asker = make_user()
    asker.display_name = "陈思雨"
    asker.save()
    row = None
    for number in range(4):
        row = services.submit(
            actor=asker.as_actor(),
            kind=GENERAL,
            origin=f"sample.expense:{asker.pk}:{number}",
            title=f"外派培训费用申请（第 {number + 1} 期）",
            amount=680 + number,
            comment="新版投诉流程上线前完成培训。",
        )
    services.submit(actor=user.as_actor(), kind=GENERAL, origin=f"sample.expense:{user.pk}", title="本人参加行业年会")
    assert row is not None
    return row


def a_request(user: Any) -> dict[str, Any]:
    """One that the viewer may decide."""
    return {"number": some_requests(user).number}


def a_returned_request(user: Any) -> dict[str, Any]:
    """One of the viewer's own that came back."""
    other = make_user()
    from kefu.platform.access.models import Role
    from kefu.platform.access.tests.factories import give

    give(other, Role.objects.get(code="manager"))
    row = services.submit(actor=user.as_actor(), kind=GENERAL, origin=f"sample.own:{user.pk}", title="本人参加行业年会")
    services.decide(
        actor=other.as_actor(),
        request_id=row.pk,
        step=row.steps.get(state="waiting").pk,
        verdict="send_back",
        comment="请附上会议通知。",
    )
    return {"number": row.number}


def a_chain(user: Any) -> dict[str, Any]:
    """A chain with conditions."""
    return {"kind": GENERAL}


PAGES.register_all(
    [
        PageCase("approvals.waiting", "approvals:waiting", role="manager", prepare=lambda u: some_requests(u) and None),
        PageCase("approvals.waiting_empty", "approvals:waiting", role="agent"),
        PageCase("approvals.mine", "approvals:mine", role="manager", prepare=lambda u: some_requests(u) and None),
        PageCase(
            "approvals.requests", "approvals:requests", role="manager", prepare=lambda u: some_requests(u) and None
        ),
        PageCase("approvals.request", "approvals:request", role="manager", prepare=a_request),
        PageCase("approvals.returned", "approvals:request", role="agent", prepare=a_returned_request),
        PageCase("approvals.new", "approvals:new", role="agent"),
        PageCase("approvals.chains", "approvals:chains", role="manager", prepare=lambda u: a_chain(u) and None),
        PageCase("approvals.chain", "approvals:chain", role="manager", prepare=a_chain),
    ]
)
