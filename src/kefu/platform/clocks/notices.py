"""The kinds of notice that clocks send."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.notify.registry import notice_kind

WARNED, BREACHED, ESCALATED = "clocks.warned", "clocks.breached", "clocks.escalated"


def register() -> None:
    """Declare them."""
    notice_kind(WARNED, _("即将到期"), ("inbox",), icon="clock-alert")
    notice_kind(BREACHED, _("已超时"), ("inbox",), icon="alarm-clock")
    notice_kind(ESCALATED, _("超时升级"), ("inbox", "mail"), True, mandatory=True, icon="triangle-alert")
