"""The pages in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals import permissions
from kefu.platform.webui.menu import MENU, SECTIONS, MenuItem, MenuSection


def register() -> None:
    """What waits for one first, then one's own requests, then all; the chains under the system."""
    SECTIONS.register(MenuSection("approvals", _("审批"), "clipboard-check", 16))
    MENU.register(
        MenuItem(
            "approvals.waiting",
            _("待我审批"),
            "clipboard-check",
            "approvals:waiting",
            section="approvals",
            order=10,
            key="a",
        )
    )
    MENU.register(MenuItem("approvals.mine", _("我发起的"), "send", "approvals:mine", section="approvals", order=20))
    MENU.register(
        MenuItem(
            "approvals.requests",
            _("申请记录"),
            "history",
            "approvals:requests",
            section="approvals",
            order=30,
        )
    )
    MENU.register(
        MenuItem(
            "approvals.chains",
            _("审批流程"),
            "workflow",
            "approvals:chains",
            permissions.CHAIN_VIEW,
            section="system",
            order=46,
            mobile=False,
        )
    )
