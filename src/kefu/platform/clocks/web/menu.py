"""The pages in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.clocks import permissions
from kefu.platform.webui.menu import MENU, MenuItem


def register() -> None:
    """Put the list of clocks beside the tasks, and the limits under the system."""
    MENU.register(
        MenuItem("clocks.clocks", _("计时"), "timer", "clocks:clocks", permissions.VIEW, section="tasks", order=30)
    )
    MENU.register(
        MenuItem(
            "clocks.policies",
            _("时限"),
            "clock-alert",
            "clocks:policies",
            permissions.POLICY_VIEW,
            section="system",
            order=45,
            mobile=False,
        )
    )
