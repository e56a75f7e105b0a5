"""The permission of the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

ENTRY_VIEW = "audit.entry:view"


def register() -> None:
    """Declare it: the trail is seen whole or not at all."""
    PERMISSIONS.register(Permission(ENTRY_VIEW, _("查看审计记录"), scoped=False))
    default_grants("auditor", {ENTRY_VIEW: ScopeLevel.ALL})
