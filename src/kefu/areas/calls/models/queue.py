"""Queues, and the names under which sources know queues and agents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Queue(models.Model):
    """A line in which callers wait for agents of one skill. Unknown names make one, marked as not yet arranged."""

    code = models.CharField(_("编码"), max_length=80, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    node = models.ForeignKey(
        "access.ScopeNode",
        verbose_name=_("归属单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    calendar = models.ForeignKey(
        "calendars.WorkingCalendar",
        verbose_name=_("服务时间"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    target_seconds = models.PositiveIntegerField(
        _("应答目标（秒）"), null=True, blank=True, help_text=_("留空则使用系统参数。")
    )
    target_percent = models.PositiveSmallIntegerField(_("服务水平目标（%）"), null=True, blank=True)
    is_arranged = models.BooleanField(_("已整理"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("技能队列")
        verbose_name_plural = _("技能队列")
        ordering = ("sort_order", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(target_percent__isnull=True) | Q(target_percent__lte=100), name="calls_queue_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueAlias(models.Model):
    """The name under which a source knows a queue, for a time."""

    source = models.ForeignKey("calls.Source", on_delete=models.CASCADE, related_name="queue_aliases")
    name = models.CharField(_("外部名称"), max_length=120)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="aliases")
    starts_on = models.DateField(_("生效日期"), null=True, blank=True)
    ends_on = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("队列别名")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "name", "starts_on"), name="calls_queue_alias_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="calls_queue_alias_period",
            ),
        ]


class AgentAlias(models.Model):
    """The name under which a source knows an agent, for a time."""

    source = models.ForeignKey("calls.Source", on_delete=models.CASCADE, related_name="agent_aliases")
    name = models.CharField(_("外部名称"), max_length=120)
    agent = models.ForeignKey("people.Agent", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("生效日期"), null=True, blank=True)
    ends_on = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("坐席别名")
        constraints = [
            models.UniqueConstraint(
                fields=("source", "name", "starts_on"), name="calls_agent_alias_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="calls_agent_alias_period",
            ),
        ]
