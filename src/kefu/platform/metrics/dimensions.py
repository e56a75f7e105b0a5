"""Dimensions that the scope tree gives: team and site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.kernel.metrics import Dimension, Member
from kefu.platform.access import queries as access_queries
from kefu.platform.access.models import ScopeNode, ScopePath
from kefu.platform.metrics import permissions

OPTIONS_LIMIT = 500


def _resolve(codes: Sequence[str]) -> Mapping[str, int]:
    return dict(ScopeNode.objects.filter(code__in=codes).values_list("code", "id"))


def _members(keys: Sequence[int]) -> Mapping[int, Member]:
    nodes = ScopeNode.objects.filter(id__in=keys).values_list("id", "code", "name")
    return {key: Member(key, code, name) for key, code, name in nodes}


def _options(kind: str, viewer: Actor | None) -> Sequence[Member]:
    nodes = ScopeNode.objects.filter(kind=kind, is_active=True)
    if viewer is not None:
        scope = access_queries.scope_for(viewer, permissions.VIEW_NUMBER)
        if not scope.everything:
            nodes = nodes.filter(id__in=scope.node_ids)
    rows = nodes.order_by("code").values_list("id", "code", "name")[:OPTIONS_LIMIT]
    return [Member(*row) for row in rows]


def site_of(node_ids: Iterable[int]) -> dict[int, int]:
    """Scope node → the site it lies in today (itself when it is one); nodes outside any site are left out."""
    paths = ScopePath.objects.filter(descendant_id__in=set(node_ids), ancestor__kind="site")
    return dict(paths.order_by("-depth").values_list("descendant_id", "ancestor_id"))


def _team_options(viewer: Actor | None) -> Sequence[Member]:
    return _options("team", viewer)


def _site_options(viewer: Actor | None) -> Sequence[Member]:
    return _options("site", viewer)


TEAM = Dimension("team", _("班组"), _resolve, _members, _team_options)
SITE = Dimension("site", _("职场"), _resolve, _members, _site_options)
