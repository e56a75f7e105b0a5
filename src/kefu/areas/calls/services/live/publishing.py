"""Publishing the boards: the whole centre, every site, every team."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from kefu.areas.calls.models import Source
from kefu.areas.calls.services.live.board import Scope, board
from kefu.areas.calls.services.live.present import read
from kefu.areas.calls.services.live.sums import LastWeek
from kefu.platform.access.queries import node_tree
from kefu.platform.access.queries.tree import Branch
from kefu.platform.live import services as live

PREFIX = "calls.wall."


def publish_wall(now: datetime, last_week: LastWeek | None = None) -> int:
    """Publish every board as of ``now``; how many. Nothing while there is no source.

    Whoever publishes again and again hands over the same ``last_week``.
    """
    if not Source.objects.filter(is_active=True).exists():
        return 0
    present = read(now, settings.TIME_ZONE, last_week or LastWeek())
    scopes, names = _scopes(present.day)
    live.publish_many({PREFIX + scope.key: board(present, scope, names) for scope in scopes})
    return len(scopes)


def _scopes(day: date) -> tuple[list[Scope], dict[int, str]]:
    """The whole centre, the sites and the teams of a day, and the names of all nodes."""
    found = [Scope("all", None, _("全中心"))]
    names: dict[int, str] = {}

    def visit(branch: Branch, site_id: int | None) -> None:
        node = branch.node
        names[node.pk] = node.name
        site_id = node.pk if node.kind == "site" else site_id
        if node.kind in ("site", "team") and node.is_active:
            below = frozenset(inner.node.pk for inner in branch.walk())
            found.append(Scope(node.kind, node.pk, node.name, below, site_id))
        for inner in branch.branches:
            visit(inner, site_id)

    for root in node_tree(day):
        visit(root, None)
    return found, names
