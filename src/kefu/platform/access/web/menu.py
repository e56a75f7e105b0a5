"""The entries of access in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.access import permissions
from kefu.platform.webui.menu import MENU, MenuItem


def register() -> None:
    """Put the pages under *system*."""
    MENU.register_all(
        [
            MenuItem(
                "access.users", _("账号管理"), "users", "access:users", permissions.USER_VIEW, "system", 10, False
            ),
            MenuItem(
                "access.roles", _("角色与权限"), "shield", "access:roles", permissions.ROLE_VIEW, "system", 20, False
            ),
            MenuItem(
                "access.tree", _("数据范围树"), "folder-tree", "access:tree", permissions.NODE_VIEW, "system", 30, False
            ),
            MenuItem(
                "access.sessions",
                _("登录会话"),
                "monitor",
                "access:sessions",
                permissions.SESSION_MANAGE,
                "system",
                40,
                False,
            ),
            MenuItem(
                "access.tokens",
                _("API 令牌"),
                "key-round",
                "access:tokens",
                (permissions.TOKEN_ISSUE, permissions.TOKEN_MANAGE),
                "system",
                50,
                False,
            ),
            MenuItem(
                "access.providers",
                _("单点登录"),
                "log-in",
                "access:providers",
                permissions.PROVIDER_MANAGE,
                "system",
                55,
                False,
            ),
            MenuItem(
                "access.delegations",
                _("代理"),
                "user-check",
                "access:all_delegations",
                permissions.DELEGATION_MANAGE,
                "system",
                60,
                False,
            ),
        ]
    )
