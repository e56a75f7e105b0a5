"""The scope tree: today's through the closure, any day's through the dated edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from kefu.platform.access.models import ScopeEdge, ScopeNode, ScopePath


@dataclass(slots=True)
class Branch:
    """A node with what hangs below it, for drawing the tree."""

    node: ScopeNode
    depth: int
    branches: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterable[Branch]:
        """This branch and all below it, in drawing order."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


def subtree_ids(node_ids: Iterable[int]) -> frozenset[int]:
    """The ids of those nodes and of everything below them today; unknown ids open nothing."""
    return frozenset(
        ScopePath.objects.filter(ancestor_id__in=list(node_ids)).values_list("descendant_id", flat=True).distinct()
    )


def nodes_by_id(ids: Iterable[int]) -> dict[int, ScopeNode]:
    """Those of the nodes that exist."""
    return ScopeNode.objects.in_bulk(list(ids))


def node_by_code(code: str) -> ScopeNode | None:
    """The node of that code."""
    return ScopeNode.objects.filter(code=code).first()


def ancestors_of(node_id: int) -> list[ScopeNode]:
    """From the root down to the node itself, today."""
    paths = ScopePath.objects.filter(descendant_id=node_id).select_related("ancestor").order_by("-depth")
    return [path.ancestor for path in paths]


def parent_on(node_id: int, day: date) -> int | None:
    """The parent of the node on that day."""
    return (
        ScopeEdge.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), child_id=node_id, starts_on__lte=day)
        .values_list("parent_id", flat=True)
        .first()
    )


def node_tree(day: date) -> list[Branch]:
    """The whole tree as it stood (or will stand) on that day, roots first, by code."""
    parents = dict(
        ScopeEdge.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day).values_list(
            "child_id", "parent_id"
        )
    )
    nodes = list(ScopeNode.objects.order_by("code"))
    children: dict[int | None, list[ScopeNode]] = {}
    for node in nodes:
        children.setdefault(parents.get(node.pk), []).append(node)

    def grow(node: ScopeNode, depth: int) -> Branch:
        return Branch(node, depth, [grow(child, depth + 1) for child in children.get(node.pk, [])])

    return [grow(node, 0) for node in children.get(None, [])]
