"""Accounts, the dated scope tree, roles, delegations, sessions, tokens and attempt counters."""

from kefu.platform.access.models.credentials import ApiToken, LoginThrottle, RateCounter, SessionRecord
from kefu.platform.access.models.delegations import Delegation
from kefu.platform.access.models.roles import Assignment, BuiltinGrant, Role, RoleGrant
from kefu.platform.access.models.scope import ScopeEdge, ScopeNode, ScopePath
from kefu.platform.access.models.user import User

__all__ = [
    "ApiToken",
    "Assignment",
    "BuiltinGrant",
    "Delegation",
    "LoginThrottle",
    "RateCounter",
    "Role",
    "RoleGrant",
    "ScopeEdge",
    "ScopeNode",
    "ScopePath",
    "SessionRecord",
    "User",
]
