"""The room's interval facts: wide, typed, additive; all numbers about calls are sums of these columns.

``QueueFact`` and ``AgentFact`` hold a quarter of an hour per row; the day and month tables are their sums. Counts about
visits belong to the quarter in which the visit *entered* the queue (arrival cohort); seconds of agent states belong to
the quarter in which they passed. Every visit lies in exactly one of waiting, answered, abandoned, timed_out,
exited_empty, exited_key, withdrawn, overflowed, voicemail and lost. ``handled`` are the answered ones that have ended,
``answered_no_talk`` those among them without any talk (unless they were handed on). A row of ``AgentFact`` without a queue carries the agent's state seconds.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


def count() -> Any:
    """An additive count column."""
    return models.BigIntegerField(default=0)


class QueueMeasures(models.Model):
    """What is summed about the visits of a queue."""

    offered = count()
    answered = count()
    answered_within = count()
    answered_no_talk = count()
    no_talk_by_agent = count()
    abandoned = count()
    abandoned_within = count()
    abandoned_short = count()
    timed_out = count()
    exited_empty = count()
    exited_key = count()
    withdrawn = count()
    overflowed = count()
    voicemail = count()
    lost = count()
    waiting = count()
    agent_released = count()
    wait_answered_seconds = count()
    wait_abandoned_seconds = count()
    ring_seconds = count()
    talk_seconds = count()
    hold_seconds = count()
    wrap_seconds = count()
    handled = count()
    held = count()
    transferred = count()
    routed = count()
    ring_no_answer = count()
    contacts = count()
    repeats = count()
    first_answers = count()
    first_answer_seconds = count()
    first_answer_business_seconds = count()
    max_wait_seconds = count()

    class Meta:
        abstract = True


class AgentMeasures(models.Model):
    """What is summed about an agent: conversations of a queue, or (without queue) time spent in states."""

    handled = count()
    talk_seconds = count()
    hold_seconds = count()
    wrap_seconds = count()
    ring_seconds = count()
    held = count()
    transferred = count()
    agent_released = count()
    answered_within = count()
    answered_no_talk = count()
    routed = count()
    ring_no_answer = count()
    repeats = count()
    state_ready_seconds = count()
    state_ringing_seconds = count()
    state_talking_seconds = count()
    state_holding_seconds = count()
    state_wrap_seconds = count()
    state_not_ready_seconds = count()
    logged_in_seconds = count()

    class Meta:
        abstract = True


class QueueGrain(models.Model):
    """The keys shared by the queue facts of every length."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "calls.Queue", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    node_id = models.BigIntegerField(null=True)
    day = models.DateField()

    class Meta:
        abstract = True


class AgentGrain(models.Model):
    """The keys shared by the agent facts of every length; ``day`` is the first of the month in a monthly row."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "people.Agent", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "calls.Queue", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    node_id = models.BigIntegerField(null=True)
    day = models.DateField()

    class Meta:
        abstract = True


class QueueFact(QueueGrain, QueueMeasures):
    """source × queue × quarter of an hour."""

    slot_at = models.DateTimeField()
    local_slot = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("队列时段事实")
        constraints = [
            models.UniqueConstraint(fields=("source", "queue", "slot_at"), name="calls_queue_fact_key"),
        ]
        indexes = [models.Index(fields=("day", "queue"), name="calls_queue_fact_day")]


class QueueDay(QueueGrain, QueueMeasures):
    """source × queue × local day."""

    class Meta:
        verbose_name = _("队列日事实")
        constraints = [models.UniqueConstraint(fields=("source", "queue", "day"), name="calls_queue_day_key")]
        indexes = [models.Index(fields=("day", "queue"), name="calls_queue_day_day")]


class AgentFact(AgentGrain, AgentMeasures):
    """source × agent × queue (or none) × team × quarter of an hour."""

    slot_at = models.DateTimeField()
    local_slot = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("坐席时段事实")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "agent", "source", "queue", "node_id", "slot_at"),
                name="calls_agent_fact_key",
                nulls_distinct=False,
            ),
        ]


class AgentDay(AgentGrain, AgentMeasures):
    """source × agent × queue (or none) × team × local day."""

    class Meta:
        verbose_name = _("坐席日事实")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "agent", "queue", "node_id", "day"), name="calls_agent_day_key", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=("day", "agent"), name="calls_agent_day_day")]


class AgentMonth(AgentGrain, AgentMeasures):
    """source × agent × queue (or none) × team × month."""

    class Meta:
        verbose_name = _("坐席月事实")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "agent", "queue", "node_id", "day"),
                name="calls_agent_month_key",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=("day", "agent"), name="calls_agent_month_day"),
            # who ever belonged to a team
            models.Index(fields=("node_id", "agent"), name="calls_agent_month_node"),
        ]


class WaitHistogram(QueueGrain):
    """source × queue × local day × waiting-time bucket: how many answered visits waited that long.

    Bucket *b* holds whole seconds up to 50, then grows by 2 % a bucket, so an interpolated percentile errs by less
    than 2 %.
    """

    bucket = models.PositiveSmallIntegerField()
    visits = count()

    class Meta:
        verbose_name = _("等待时长分布")
        constraints = [
            models.UniqueConstraint(fields=("source", "queue", "day", "bucket"), name="calls_wait_histogram_key"),
        ]


class SourceDay(models.Model):
    """source × local day: how long it should have been in service, and how long its link was down in that time."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("calls.Source", on_delete=models.CASCADE, related_name="+", db_index=False)
    node_id = models.BigIntegerField(null=True)
    day = models.DateField()
    service_seconds = count()
    outage_seconds = count()

    class Meta:
        verbose_name = _("话务源日事实")
        constraints = [models.UniqueConstraint(fields=("source", "day"), name="calls_source_day_key")]
        indexes = [models.Index(fields=("day",), name="calls_source_day_day")]
