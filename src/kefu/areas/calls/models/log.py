"""The log: deliveries, raw lines as they came, what was set aside, and the canonical events made of them.

Raw lines and events are partitioned by local day (monthly partitions). Tables of this size carry no foreign-key
triggers; sources, queues and agents are never deleted once something names them (``on_delete=PROTECT``).
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.areas.calls.choices import BatchState, EventType


class RawBatch(models.Model):
    """One delivery of raw lines: a stretch of a file, a request, a message. Folded exactly once, or again in full."""

    source = models.ForeignKey("calls.Source", on_delete=models.PROTECT, related_name="batches")
    origin = models.CharField(_("来源"), max_length=300)
    received_at = models.DateTimeField(_("收到时间"))
    raw_count = models.PositiveIntegerField(_("行数"), default=0)
    new_count = models.PositiveIntegerField(_("新增"), default=0)
    fault_count = models.PositiveIntegerField(_("搁置"), default=0)
    state = models.CharField(_("状态"), max_length=8, choices=BatchState.choices, default=BatchState.PENDING)
    folded_at = models.DateTimeField(_("入账时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("数据批次")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("source", "id"), condition=models.Q(state="pending"), name="calls_batch_pending")
        ]


class RawEvent(models.Model):
    """A line exactly as it came. The same line of the same second is the same row however often it is delivered.

    ``occurred_at`` follows from the line; it stands in the key so that rows of one time lie together.
    """

    pk = models.CompositePrimaryKey("day", "source_id", "occurred_at", "line_hash", "nth")
    day = models.DateField()
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line_hash = models.BinaryField(max_length=16)
    nth = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    ordinal = models.IntegerField()
    batch_id = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        verbose_name = _("原始记录")
        indexes = [
            # a batch's rows were written together: block ranges find them, and cost next to nothing to keep
            BrinIndex(fields=("batch_id",), name="calls_raw_batch", autosummarize=True),
        ]


class RawFault(models.Model):
    """A line or row that cannot be right, kept with the reason so that it can be mended and sent again."""

    source = models.ForeignKey("calls.Source", on_delete=models.PROTECT, related_name="faults")
    batch = models.ForeignKey(RawBatch, on_delete=models.CASCADE, related_name="faults")
    origin = models.CharField(_("来源"), max_length=300)
    line_number = models.PositiveBigIntegerField(_("行号"))
    line_hash = models.BinaryField(max_length=16)
    code = models.CharField(_("原因代码"), max_length=40)
    reason = models.CharField(_("原因"), max_length=300)
    text = models.TextField(_("内容"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("搁置记录")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("source", "line_hash", "code"), name="calls_fault_once"),
        ]


class CallEvent(models.Model):
    """A canonical event; immutable, made from one raw line by a versioned normaliser."""

    pk = models.CompositePrimaryKey("day", "source_id", "line_hash", "nth", "part")
    day = models.DateField()
    source = models.ForeignKey(
        "calls.Source", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    line_hash = models.BinaryField(max_length=16)
    nth = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField()
    occurred_at = models.DateTimeField()
    ordinal = models.IntegerField()
    type = models.CharField(max_length=20, choices=EventType.choices)
    call_key = models.CharField(max_length=120)
    queue_key = models.CharField(max_length=120)
    agent_key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    normaliser_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("标准事件")
        indexes = [
            models.Index(fields=("source", "call_key"), condition=~models.Q(call_key=""), name="calls_event_call"),
            models.Index(
                fields=("source", "agent_key", "occurred_at"),
                condition=~models.Q(agent_key=""),
                name="calls_event_agent",
            ),
            models.Index(
                fields=("source", "occurred_at"),
                condition=models.Q(type="source_started"),
                name="calls_event_start",
            ),
        ]
