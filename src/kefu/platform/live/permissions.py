"""What can be done with the hub."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VIEW_HUB = "live.hub:view"


def register() -> None:
    """Declare the permission and who holds it from the start."""
    PERMISSIONS.register(Permission(VIEW_HUB, _("查看实时推送状态"), scoped=False))
    default_grants("manager", {VIEW_HUB: ScopeLevel.ALL})
