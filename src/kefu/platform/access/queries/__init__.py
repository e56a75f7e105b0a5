"""Reads of access: rights and scope, the tree, accounts."""

from kefu.platform.access.queries.delegations import (
    acting_for,
    delegations_running_for,
    delegations_visible_to,
    same_person,
    stand_ins,
)
from kefu.platform.access.queries.responsible import (
    holders_of,
    responsible_choices,
    responsible_label,
    responsible_users,
    role_holders,
)
from kefu.platform.access.queries.rights import (
    Rights,
    forget,
    has_permission,
    permissions_of,
    remembering,
    rights_of,
    rights_of_user,
    scope_for,
    scope_of_grant,
)
from kefu.platform.access.queries.tree import (
    ancestors_of,
    node_by_code,
    node_tree,
    nodes_by_id,
    parent_on,
    subtree_ids,
)
from kefu.platform.access.queries.users import (
    assignments_of,
    role_matrix,
    role_names_of,
    sessions_visible_to,
    tokens_visible_to,
    user_visible_to,
    users_visible_to,
)

__all__ = [
    "Rights",
    "acting_for",
    "ancestors_of",
    "assignments_of",
    "delegations_running_for",
    "delegations_visible_to",
    "forget",
    "has_permission",
    "holders_of",
    "node_by_code",
    "node_tree",
    "nodes_by_id",
    "parent_on",
    "permissions_of",
    "remembering",
    "responsible_choices",
    "responsible_label",
    "responsible_users",
    "rights_of",
    "rights_of_user",
    "role_holders",
    "role_matrix",
    "role_names_of",
    "same_person",
    "scope_for",
    "scope_of_grant",
    "sessions_visible_to",
    "stand_ins",
    "subtree_ids",
    "tokens_visible_to",
    "user_visible_to",
    "users_visible_to",
]
