"""Accounts, the dated scope tree, roles, delegations, sessions, tokens and attempt counters."""

from kefu.platform.access.models.credentials import ApiToken, LoginThrottle, RateCounter, SessionRecord
from kefu.platform.access.models.delegations import Delegation
from kefu.platform.access.models.factors import PastPassword, RecoveryCode, SecondFactor
from kefu.platform.access.models.providers import ExternalIdentity, IdentityProvider
from kefu.platform.access.models.roles import Assignment, BuiltinGrant, Role, RoleGrant
from kefu.platform.access.models.scope import ScopeEdge, ScopeNode, ScopePath
from kefu.platform.access.models.user import User
from kefu.platform.access.models.viewing import Viewing

__all__ = [
    "ApiToken",
    "Assignment",
    "BuiltinGrant",
    "Delegation",
    "ExternalIdentity",
    "IdentityProvider",
    "LoginThrottle",
    "PastPassword",
    "RateCounter",
    "RecoveryCode",
    "Role",
    "RoleGrant",
    "ScopeEdge",
    "ScopeNode",
    "ScopePath",
    "SecondFactor",
    "SessionRecord",
    "User",
    "Viewing",
]
