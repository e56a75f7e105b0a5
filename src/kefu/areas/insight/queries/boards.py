"""Which wallboards a viewer may watch."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.choices import WALL_TOPICS
from kefu.kernel.actor import Actor
from kefu.platform.access import queries as access_queries
from kefu.platform.access.models import ScopeNode, ScopePath

MOST_BOARDS = 40


@dataclass(frozen=True, slots=True)
class Board:
    """One wallboard: ``key`` ends its topic, ``kind`` is ``all``, ``site`` or ``team``."""

    key: str
    kind: str
    name: str
    code: str = ""

    @property
    def topic(self) -> str:
        """The live topic that draws it."""
        return WALL_TOPICS + self.key


def boards_for(viewer: Actor) -> list[Board]:
    """The boards of a viewer, widest first: the centre, sites, or (for a leader) teams.

    Three statements whatever the size of the tree.
    """
    scope = access_queries.scope_for(viewer, permissions.VIEW_WALL)
    nodes = ScopeNode.objects.filter(is_active=True, kind__in=("site", "team"))
    if scope.everything:
        sites = nodes.filter(kind="site").order_by("code")[:MOST_BOARDS]
        return [Board("all", "all", _("全中心")), *(_board(node) for node in sites)]
    inside = list(nodes.filter(id__in=scope.node_ids).order_by("code"))
    sites_inside = [node for node in inside if node.kind == "site"]
    covered = set(
        ScopePath.objects.filter(ancestor_id__in=[s.pk for s in sites_inside]).values_list("descendant_id", flat=True)
    )
    teams = [node for node in inside if node.kind == "team" and node.pk not in covered]
    return [_board(node) for node in (*sites_inside, *teams)][:MOST_BOARDS]


def _board(node: ScopeNode) -> Board:
    return Board(f"n{node.pk}", str(node.kind), node.name, node.code)


def may_watch(viewer: Actor, topic: str) -> bool:
    """Whether the topic's board lies inside the viewer's scope."""
    key = topic.removeprefix(WALL_TOPICS)
    scope = access_queries.scope_for(viewer, permissions.VIEW_WALL)
    if key == "all":
        return scope.everything
    if not (key.startswith("n") and key[1:].isdigit()):
        return False
    return scope.covers_node(int(key[1:]))
