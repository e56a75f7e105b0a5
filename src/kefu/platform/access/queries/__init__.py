"""Reads of access: rights and scope, the tree, accounts."""

from kefu.platform.access.queries.rights import (
    Rights,
    forget,
    has_permission,
    permissions_of,
    remembering,
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
    "ancestors_of",
    "assignments_of",
    "forget",
    "has_permission",
    "node_by_code",
    "node_tree",
    "nodes_by_id",
    "parent_on",
    "permissions_of",
    "remembering",
    "rights_of_user",
    "role_matrix",
    "role_names_of",
    "scope_for",
    "scope_of_grant",
    "sessions_visible_to",
    "subtree_ids",
    "tokens_visible_to",
    "user_visible_to",
    "users_visible_to",
]
