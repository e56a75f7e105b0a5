"""The entry of audit in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.audit import permissions
from kefu.platform.webui.menu import MENU, MenuItem


def register() -> None:
    """Put the page under *system*."""
    MENU.register(
        MenuItem(
            "audit.entries", _("审计"), "shield-check", "audit:entries", permissions.ENTRY_VIEW, "system", 60, False
        )
    )
