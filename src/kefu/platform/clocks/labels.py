"""What the audit trail calls the actions of this app."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kefu.platform.audit import labels


def register() -> None:
    """Put the words into the trail."""
    labels.register(
        {
            "clocks.clock:paused": gettext_noop("暂停计时"),
            "clocks.clock:resumed": gettext_noop("继续计时"),
            "clocks.clock:retargeted": gettext_noop("调整时限"),
            "clocks.clock:handed_over": gettext_noop("更换计时负责人"),
            "clocks.clock:stopped": gettext_noop("结束计时"),
            "clocks.clock:cancelled": gettext_noop("取消计时"),
            "clocks.policy:change": gettext_noop("修改时限规则"),
            "clocks.policy:withdraw": gettext_noop("撤回时限规则"),
        }
    )
