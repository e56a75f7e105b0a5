"""The permissions of the vault."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

VALUE_REVEAL = "privacy.value:reveal"
VALUE_ERASE = "privacy.value:erase"


def register() -> None:
    """Declare them; what is revealed is limited to what the viewer's pages show."""
    PERMISSIONS.register_all(
        [
            Permission(VALUE_REVEAL, _("查看完整个人信息（须填写理由）"), scoped=False),
            Permission(VALUE_ERASE, _("删除个人信息"), scoped=False),
        ]
    )
    for role in ("leader", "shift_manager", "quality", "manager"):
        default_grants(role, {VALUE_REVEAL: ScopeLevel.ALL})
