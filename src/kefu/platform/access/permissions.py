"""The permissions of access and who holds them from the start."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kefu.kernel.permissions import PERMISSIONS, Permission, ScopeLevel
from kefu.platform.access.registry import default_grants

USER_VIEW = "access.user:view"
USER_MANAGE = "access.user:manage"
ROLE_VIEW = "access.role:view"
ROLE_MANAGE = "access.role:manage"
ROLE_ASSIGN = "access.role:assign"
NODE_VIEW = "access.node:view"
NODE_MANAGE = "access.node:manage"
SESSION_MANAGE = "access.session:manage"
TOKEN_ISSUE = "access.token:issue"
TOKEN_MANAGE = "access.token:manage"
DELEGATION_MANAGE = "access.delegation:manage"
USER_VIEW_AS = "access.user:view_as"
PROVIDER_MANAGE = "access.provider:manage"


def register() -> None:
    """Declare the permissions and the default grants."""
    PERMISSIONS.register_all(
        [
            Permission(USER_VIEW, _("查看账号")),
            Permission(USER_MANAGE, _("管理账号")),
            Permission(ROLE_VIEW, _("查看角色"), scoped=False),
            Permission(ROLE_MANAGE, _("管理角色"), scoped=False),
            Permission(ROLE_ASSIGN, _("分派角色")),
            Permission(NODE_VIEW, _("查看数据范围树"), scoped=False),
            Permission(NODE_MANAGE, _("调整数据范围树")),
            Permission(SESSION_MANAGE, _("管理他人会话")),
            Permission(TOKEN_ISSUE, _("签发本人 API 令牌"), scoped=False),
            Permission(TOKEN_MANAGE, _("管理他人 API 令牌")),
            Permission(DELEGATION_MANAGE, _("为他人设置代理")),
            Permission(USER_VIEW_AS, _("以他人身份查看")),
            Permission(PROVIDER_MANAGE, _("管理单点登录"), scoped=False),
        ]
    )
    default_grants("leader", {USER_VIEW: ScopeLevel.UNIT})
    default_grants("shift_manager", {USER_VIEW: ScopeLevel.SITE, DELEGATION_MANAGE: ScopeLevel.SITE})
    default_grants("planner", {USER_VIEW: ScopeLevel.SITE})
    default_grants("analyst", {TOKEN_ISSUE: ScopeLevel.ALL})
    default_grants(
        "manager",
        {
            USER_VIEW: ScopeLevel.ALL,
            USER_MANAGE: ScopeLevel.ALL,
            ROLE_VIEW: ScopeLevel.ALL,
            ROLE_ASSIGN: ScopeLevel.ALL,
            NODE_VIEW: ScopeLevel.ALL,
            NODE_MANAGE: ScopeLevel.ALL,
            SESSION_MANAGE: ScopeLevel.ALL,
            TOKEN_ISSUE: ScopeLevel.ALL,
            DELEGATION_MANAGE: ScopeLevel.ALL,
        },
    )
    default_grants("auditor", {USER_VIEW: ScopeLevel.ALL, ROLE_VIEW: ScopeLevel.ALL, NODE_VIEW: ScopeLevel.ALL})
