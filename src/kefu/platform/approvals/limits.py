"""The limit on answers: half a day's reminder, then those above the approver hear of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.registry import LIMIT
from kefu.platform.approvals.services import follow_clock
from kefu.platform.approvals.services.following import owners_of_clock
from kefu.platform.clocks.registry import clock_kind

HOUR = 3600


def register() -> None:
    """Declare it: a working day, reminders at 50 % and 80 %, and one word at each level above."""
    clock_kind(
        LIMIT,
        _("审批答复"),
        target_seconds=8 * HOUR,
        warn_at=(0.5, 0.8),
        escalate=((0, "leader"), (4 * HOUR, "upper_leader"), (8 * HOUR, "role:admin")),
        on_event=_("申请到达一个审批步骤"),
        changed=follow_clock,
        owners=owners_of_clock,
    )
