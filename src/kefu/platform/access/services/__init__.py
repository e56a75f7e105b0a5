"""Writes of access: each authorises, locks, checks the rules, writes and audits in one transaction."""

from kefu.platform.access.services.authorising import UNSAID, authorise
from kefu.platform.access.services.builtin import sync_builtin_roles
from kefu.platform.access.services.delegations import delegate, end_delegation
from kefu.platform.access.services.passwords import change_own_password, set_password
from kefu.platform.access.services.rates import count_hit, forget_old_counters
from kefu.platform.access.services.roles import (
    assign_role,
    create_role,
    delete_role,
    end_assignment,
    rename_role,
    set_role_grants,
    set_role_protection,
)
from kefu.platform.access.services.seats import lock_seat, unlock_seat
from kefu.platform.access.services.sessions import revoke_other_sessions, revoke_session, touch_session
from kefu.platform.access.services.signing_in import sign_in, sign_out
from kefu.platform.access.services.tokens import actor_of_token, issue_token, revoke_token
from kefu.platform.access.services.tree import (
    create_node,
    move_node,
    refresh_paths,
    rename_node,
    set_node_active,
)
from kefu.platform.access.services.users import (
    NewAccount,
    create_user,
    create_users,
    set_home_node,
    set_preferences,
    set_user_active,
    update_user,
)
from kefu.platform.access.services.viewing import begin_viewing, end_viewing

__all__ = [
    "UNSAID",
    "NewAccount",
    "actor_of_token",
    "assign_role",
    "authorise",
    "begin_viewing",
    "change_own_password",
    "count_hit",
    "create_node",
    "create_role",
    "create_user",
    "create_users",
    "delegate",
    "delete_role",
    "end_assignment",
    "end_delegation",
    "end_viewing",
    "forget_old_counters",
    "issue_token",
    "lock_seat",
    "move_node",
    "refresh_paths",
    "rename_node",
    "rename_role",
    "revoke_other_sessions",
    "revoke_session",
    "revoke_token",
    "set_home_node",
    "set_node_active",
    "set_password",
    "set_preferences",
    "set_role_grants",
    "set_role_protection",
    "set_user_active",
    "sign_in",
    "sign_out",
    "sync_builtin_roles",
    "touch_session",
    "unlock_seat",
    "update_user",
]
