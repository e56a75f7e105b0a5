"""Permissions and data scope as values: what may be done, and on whose rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kefu.kernel.registry import Registry


class ScopeLevel(StrEnum):
    """How far a permission reaches, narrowest first."""

    OWN = "own"
    UNIT = "unit"
    SITE = "site"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Permission:
    """One action that a role can be granted: ``room.noun:verb``.

    ``scoped`` permissions are granted at a ``ScopeLevel``; the others are all or nothing.
    """

    code: str
    label: str
    scoped: bool = True


PERMISSIONS: Registry[Permission] = Registry("permissions", lambda p: p.code)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a permission opens to one viewer.

    A row is inside when ``everything`` holds, or its unit at its time *or* its person's unit now is in
    ``node_ids`` (already expanded to subtrees), or it belongs to ``user_id`` (scope *own*).
    """

    everything: bool = False
    node_ids: frozenset[int] = field(default_factory=frozenset)
    user_id: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no row at all can be inside."""
        return not self.everything and not self.node_ids and self.user_id is None

    def covers_node(self, node_id: int | None) -> bool:
        """Whether a row of that unit is inside."""
        return self.everything or (node_id is not None and node_id in self.node_ids)


NOTHING = Scope()
EVERYTHING = Scope(everything=True)
