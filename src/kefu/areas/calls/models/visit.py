"""Calls: contacts, their queue visits, failed rings, agent intervals, recordings and dispositions.

The ids of contacts and visits are derived from the source's own keys, so that a replay gives the same ids.
Visits, attempts, contacts and intervals are partitioned by local day (monthly partitions). Tables of this size carry
no foreign-key triggers; sources, queues and agents are never deleted once something names them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.choices import AgentState, Outcome, Release, RingResult, TransferKind


class Contact(models.Model):
    """One call as the source knows it, with all its visits; ``journey_id`` joins calls linked by transfer."""

    pk = models.CompositePrimaryKey("day", "id")
    id = models.UUIDField()
    day = models.DateField()
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    call_key = models.CharField(max_length=120)
    journey_id = models.UUIDField()
    caller_token = models.BinaryField(max_length=16, null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    visits = models.PositiveSmallIntegerField(default=0)
    days_since_previous = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("来电")
        indexes = [
            models.Index(fields=("id",), name="calls_contact_id"),
            models.Index(fields=("source", "call_key"), name="calls_contact_key"),
            models.Index(fields=("caller_token", "started_at"), name="calls_contact_caller"),
            # a contact that is linked to no other is a journey of its own
            models.Index(
                fields=("journey_id",), condition=~models.Q(journey_id=models.F("id")), name="calls_contact_journey"
            ),
        ]


class QueueVisit(models.Model):
    """One stay of a call in one queue: the unit of every number about access."""

    pk = models.CompositePrimaryKey("day", "id")
    id = models.UUIDField()
    day = models.DateField(_("日期"))
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    contact_id = models.UUIDField()
    call_key = models.CharField(_("呼叫编号"), max_length=120)
    number = models.PositiveSmallIntegerField(default=1)
    queue = models.ForeignKey(
        "calls.Queue", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue_node_id = models.BigIntegerField(null=True)
    agent = models.ForeignKey(
        "people.Agent", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    team_node_id = models.BigIntegerField(null=True)
    caller_token = models.BinaryField(max_length=16, null=True)
    caller_name_token = models.BinaryField(max_length=16, null=True)
    entered_at = models.DateTimeField(_("进入队列"))
    slot_at = models.DateTimeField()
    local_slot = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField(_("接通时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome.choices)
    position = models.PositiveIntegerField(default=0)
    wait_seconds = models.PositiveIntegerField(_("等待"), default=0)
    ring_seconds = models.PositiveIntegerField(_("振铃"), default=0)
    talk_seconds = models.PositiveIntegerField(_("通话"), default=0)
    hold_seconds = models.PositiveIntegerField(_("保持"), default=0)
    wrap_seconds = models.PositiveIntegerField(_("话后"), default=0)
    handle_seconds = models.PositiveIntegerField(_("处理时长"), default=0)
    holds = models.PositiveSmallIntegerField(default=0)
    failed_rings = models.PositiveSmallIntegerField(default=0)
    target_seconds = models.PositiveIntegerField()
    is_within_target = models.BooleanField(default=False)
    is_short_abandon = models.BooleanField(default=False)
    is_repeat = models.BooleanField(_("重复来电"), default=False)
    first_answer_seconds = models.PositiveIntegerField(null=True)
    first_answer_business_seconds = models.PositiveIntegerField(null=True)
    released_by = models.CharField(_("挂机方"), max_length=8, choices=Release.choices, blank=True)
    transfer = models.CharField(_("转接方式"), max_length=8, choices=TransferKind.choices, blank=True)
    transfer_target = models.CharField(max_length=120, blank=True)
    exit_key = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("满意度按键"), null=True)
    disposition = models.ForeignKey(
        "calls.Disposition", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    disposition_note = models.CharField(max_length=300, blank=True)
    disposed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("通话记录")
        verbose_name_plural = _("通话记录")
        indexes = [
            models.Index(fields=("id",), name="calls_visit_id"),
            models.Index(fields=("contact_id",), name="calls_visit_contact"),
            models.Index(fields=("queue", "slot_at"), name="calls_visit_queue"),
            models.Index(fields=("agent", "slot_at"), name="calls_visit_agent"),
            models.Index(fields=("team_node_id", "entered_at"), name="calls_visit_team"),
            models.Index(fields=("entered_at", "id"), name="calls_visit_entered"),
            models.Index(fields=("caller_token", "entered_at"), name="calls_visit_caller"),
            models.Index(fields=("source", "call_key"), name="calls_visit_call"),
            models.Index(fields=("entered_at",), condition=models.Q(ended_at__isnull=True), name="calls_visit_open"),
        ]


class RingAttempt(models.Model):
    """A ring at an agent that did not lead to a conversation (the one that did is part of the visit)."""

    pk = models.CompositePrimaryKey("day", "visit_id", "number")
    day = models.DateField()
    visit_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    queue = models.ForeignKey(
        "calls.Queue", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "people.Agent", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    team_node_id = models.BigIntegerField(null=True)
    slot_at = models.DateTimeField()
    started_at = models.DateTimeField()
    ring_ms = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=RingResult.choices)

    class Meta:
        verbose_name = _("未接振铃")
        indexes = [models.Index(fields=("agent", "slot_at"), name="calls_ring_agent")]


class AgentInterval(models.Model):
    """A stretch in which an agent was in one state; cut at local midnight, so each lies in one day.

    ``number`` is 0 for the source's own name of the agent and tells further names (aliases) of the same agent apart.
    """

    pk = models.CompositePrimaryKey("day", "source_id", "agent_id", "started_at", "number")
    day = models.DateField()
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "people.Agent", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    started_at = models.DateTimeField()
    number = models.IntegerField(default=0)
    agent_key = models.CharField(max_length=120, default="")
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=AgentState.choices)
    reason = models.CharField(max_length=120, blank=True)
    queue_id = models.BigIntegerField(null=True)
    visit_id = models.UUIDField(null=True)
    team_node_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("坐席状态")
        indexes = [
            models.Index(fields=("agent", "started_at"), name="calls_interval_agent"),
            models.Index(fields=("source", "agent_key", "started_at"), name="calls_interval_key"),
            models.Index(
                fields=("source", "agent_key"), condition=models.Q(ended_at__isnull=True), name="calls_interval_open"
            ),
        ]


class AgentCarry(models.Model):
    """The state of an agent's fold: at a local midnight (``day``), or after its last event (no ``day``).

    From a midnight the fold of later days can begin; from the last event it can go on. ``last_key`` is the place of
    that event in the source's order: ``[at_ms, ordinal, part]``.
    """

    source = models.ForeignKey("calls.Source", on_delete=models.CASCADE, related_name="+", db_index=False)
    agent_key = models.CharField(max_length=120)
    day = models.DateField(null=True)
    state = models.JSONField(default=dict)
    last_key = models.JSONField(default=list)

    class Meta:
        verbose_name = _("坐席状态结转")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "agent_key", "day"), name="calls_carry_key", nulls_distinct=False
            ),
        ]


class Recording(models.Model):
    """A recording that belongs to a call: a stored file, or a reference to where the source keeps it."""

    visit_id = models.UUIDField(db_index=True)
    source = models.ForeignKey("calls.Source", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=300)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    duration_seconds = models.PositiveIntegerField(null=True)
    peaks = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("录音")
        constraints = [models.UniqueConstraint(fields=("visit_id", "reference"), name="calls_recording_once")]


class Disposition(models.Model):
    """A code with which agents sum up a call (小结)."""

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    group = models.CharField(_("分组"), max_length=40, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("通话小结")
        ordering = ("sort_order", "code")

    def __str__(self) -> str:
        return self.name
