"""The wallboard's numbers: what happened in which quarter of an hour, whenever the visit had entered.

Official numbers count an outcome in the quarter in which the visit entered (``models.facts``); these count it in the
quarter in which it came to pass. ``day`` and ``slot_at`` are those of the arrival: by them the rows are kept up.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.models.facts import count


class Flow(models.Model):
    """The keys of both flows; ``event_day`` and ``event_slot`` are local to the source."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "calls.Queue", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    day = models.DateField()
    slot_at = models.DateTimeField()
    event_at = models.DateTimeField()
    event_day = models.DateField()
    event_slot = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True


class QueueFlow(Flow):
    """source × queue × quarter of arrival × quarter of the answer or the abandonment."""

    answered = count()
    answered_within = count()
    answered_no_talk = count()
    abandoned = count()
    wait_answered_seconds = count()

    class Meta:
        verbose_name = _("队列流量")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "source", "queue", "slot_at", "event_at"), name="calls_queue_flow_key"
            ),
        ]
        indexes = [models.Index(fields=("event_day",), name="calls_queue_flow_event")]


class TeamFlow(Flow):
    """source × queue × team × quarter of arrival × quarter in which the conversation ended."""

    node_id = models.BigIntegerField(null=True)
    handled = count()
    talk_seconds = count()
    hold_seconds = count()
    wrap_seconds = count()

    class Meta:
        verbose_name = _("班组流量")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "source", "queue", "slot_at", "event_at", "node_id"),
                name="calls_team_flow_key",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=("event_day",), name="calls_team_flow_event")]
