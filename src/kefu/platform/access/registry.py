"""What rooms declare: default grants of the built-in roles, and how to find who is responsible for something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import ScopeLevel
from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role that every centre has. ``holds_everything`` follows whatever permissions are registered.

    ``requires_second_factor`` is what a new installation starts with; the centre may decide otherwise.
    """

    code: str
    name: str
    holds_everything: bool = False
    requires_second_factor: bool = False


# Role names are data: they are stored in Chinese, shown translated, and may be renamed by the centre.
BUILTIN_ROLES: tuple[BuiltinRole, ...] = (
    BuiltinRole("agent", _("客服代表")),
    BuiltinRole("leader", _("业务组长")),
    BuiltinRole("shift_manager", _("值班经理")),
    BuiltinRole("planner", _("排班专员")),
    BuiltinRole("quality", _("质检员")),
    BuiltinRole("analyst", _("运营分析")),
    BuiltinRole("manager", _("客服中心经理")),
    BuiltinRole("auditor", _("审计"), requires_second_factor=True),
    # Whoever assigns roles may only pass on what they hold, so one role must hold all there is.
    BuiltinRole("admin", _("系统管理员"), holds_everything=True, requires_second_factor=True),
)

_GRANTS: dict[str, dict[str, ScopeLevel]] = {role.code: {} for role in BUILTIN_ROLES}


def default_grants(role_code: str, grants: Mapping[str, ScopeLevel]) -> None:
    """Grant ``permission → level`` to a built-in role from the start; raises ``KeyError`` for another role."""
    _GRANTS[role_code].update(grants)


def grants_of(role_code: str) -> dict[str, ScopeLevel]:
    """What the rooms have declared for a built-in role so far."""
    return dict(_GRANTS[role_code])


class Resolver(Protocol):
    """Finds the accounts that are responsible for a unit or a person at an instant."""

    def __call__(self, *, node_id: int | None, user_id: int | None, at: datetime) -> Iterable[int]:
        """The ids of the accounts, possibly none."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """A way to find who is responsible: ``leader``, ``upper_leader``, ``people_officer`` …"""

    code: str
    label: str | _StrPromise
    find: Resolver


RESPONSIBLES: Registry[Responsible] = Registry("responsibles", lambda r: r.code)
ROLE_PREFIX = "role:"
"""``role:<code>`` stands for the holders of that role whose assignment reaches the unit."""


def responsible(code: str, label: str | _StrPromise) -> Callable[[Resolver], Resolver]:
    """Register the decorated function as the way to find ``code``."""

    def register(find: Resolver) -> Resolver:
        RESPONSIBLES.register(Responsible(code, label, find))
        return find

    return register
