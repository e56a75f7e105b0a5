"""The pages of custody in the browser."""

from __future__ import annotations

from typing import Any

from kefu.platform.access.tests import factories
from kefu.platform.custody import services
from kefu.platform.privacy import services as privacy
from kefu.platform.webui.testing.pages import PAGES, PageCase


def some_requests(user: Any) -> int:
    """An open erasure by somebody else, a copy of one's own, a hold, and a round of retention."""
    numbers = ["13900000001", "13900000002"]
    tokens = privacy.tokenise("phone", numbers)
    other = factories.make_user()
    actor = factories.SYSTEM
    row = services.record_request(
        actor=actor,
        kind="erase",
        subject_kind="caller",
        subject_ref=tokens[numbers[0]].hex(),
        identity_note="核对证件原件",
        reason="客户要求删除",
    )
    type(row).objects.filter(pk=row.pk).update(recorded_by=other)
    services.record_request(
        actor=user.as_actor(),
        kind="export",
        subject_kind="caller",
        subject_ref=tokens[numbers[1]].hex(),
        identity_note="电话回呼核验",
    )
    services.place_hold(
        actor=actor, kind="subject", reason="诉讼需要", subject_kind="caller", subject_ref=tokens[numbers[1]].hex()
    )
    services.start_retention(actor=actor)
    return row.pk


def one_request(user: Any) -> dict[str, Any]:
    """The open erasure."""
    return {"request_id": some_requests(user)}


def one_hold(user: Any) -> dict[str, Any]:
    """A hold that can be lifted."""
    return {"hold_id": services.place_hold(actor=factories.SYSTEM, kind="everything", reason="监管调查").pk}


PAGES.register_all(
    [
        PageCase("privacy.registry", "custody:registry", role="manager"),
        PageCase("privacy.requests", "custody:requests", role="manager", prepare=lambda u: some_requests(u) and None),
        PageCase("privacy.request", "custody:request", role="manager", prepare=one_request),
        PageCase("privacy.new", "custody:new", role="manager"),
        PageCase("privacy.holds", "custody:holds", role="manager", prepare=lambda u: some_requests(u) and None),
        PageCase("privacy.new_hold", "custody:new_hold", role="manager"),
        PageCase("privacy.lift_hold", "custody:lift_hold", role="manager", prepare=one_hold),
        PageCase("privacy.retention", "custody:retention", role="manager", prepare=lambda u: some_requests(u) and None),
    ]
)
