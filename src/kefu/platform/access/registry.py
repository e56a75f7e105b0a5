"""What rooms declare about roles: each room adds its default grants to the built-in roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import ScopeLevel


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role that every centre has. ``holds_everything`` follows whatever permissions are registered."""

    code: str
    name: str
    holds_everything: bool = False


# Role names are data: they are stored in Chinese, shown translated, and may be renamed by the centre.
BUILTIN_ROLES: tuple[BuiltinRole, ...] = (
    BuiltinRole("agent", _("客服代表")),
    BuiltinRole("leader", _("业务组长")),
    BuiltinRole("shift_manager", _("值班经理")),
    BuiltinRole("planner", _("排班专员")),
    BuiltinRole("quality", _("质检员")),
    BuiltinRole("analyst", _("运营分析")),
    BuiltinRole("manager", _("客服中心经理")),
    BuiltinRole("auditor", _("审计")),
    # Whoever assigns roles may only pass on what they hold, so one role must hold all there is.
    BuiltinRole("admin", _("系统管理员"), holds_everything=True),
)

_GRANTS: dict[str, dict[str, ScopeLevel]] = {role.code: {} for role in BUILTIN_ROLES}


def default_grants(role_code: str, grants: Mapping[str, ScopeLevel]) -> None:
    """Grant ``permission → level`` to a built-in role from the start; raises ``KeyError`` for another role."""
    _GRANTS[role_code].update(grants)


def grants_of(role_code: str) -> dict[str, ScopeLevel]:
    """What the rooms have declared for a built-in role so far."""
    return dict(_GRANTS[role_code])
