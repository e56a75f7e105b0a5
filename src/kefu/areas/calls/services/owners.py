"""Calls of the past follow the owners of logins: what was counted for nobody's team is counted again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Min
from django.utils.translation import gettext as _

from kefu.areas.calls.models import AgentInterval, QueueVisit, Source
from kefu.areas.calls.services.arranging import REBUILD
from kefu.kernel.actor import Actor
from kefu.platform.jobs.services import enqueue


def follow_owners(*, actor: Actor, agent_ids: Sequence[int], changed: bool = False) -> int:
    """Rebuild the days on which these logins worked for no team (``changed``: for any); how many sources that concerns.

    Idempotent: days that have been counted for their team are left alone.
    """
    first: dict[int, str] = {}
    for model in (QueueVisit, AgentInterval):
        rows = model.objects.filter(agent_id__in=list(agent_ids))
        if not changed:
            rows = rows.filter(team_node_id__isnull=True)
        for source_id, day in rows.values_list("source_id").annotate(first=Min("day")):
            first[source_id] = min(first.get(source_id, day.isoformat()), day.isoformat())
    for source in Source.objects.filter(pk__in=first):
        enqueue(
            REBUILD,
            actor=actor,
            title=_("按坐席的新归属重建“%(name)s”") % {"name": source.name},
            dedupe_key=f"owners:{source.pk}:{first[source.pk]}",
            source=source.code,
            start=first[source.pk],
        )
    return len(first)
