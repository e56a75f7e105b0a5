"""Plans: which report is made how often, for whom."""

from __future__ import annotations

import uuid
from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight.choices import Cadence, Spread


class ReportPlan(models.Model):
    """A report that is made by itself after the end of each period, at ``make_at`` local time.

    ``node`` is the unit that the numbers are about; without one the whole centre. ``next_start_on`` begins the next
    period that is to be made. ``recipients`` are codes of responsible people; who of them may not see the report's
    unit gets none. ``has_people`` adds a table of agents: such reports go to accounts only, each copy marked.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=80, unique=True)
    cadence = models.CharField(_("周期"), max_length=10, choices=Cadence.choices)
    node = models.ForeignKey(
        "access.ScopeNode", verbose_name=_("范围"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    spread = models.CharField(_("份数"), max_length=8, choices=Spread.choices, default=Spread.ONE)
    make_at = models.TimeField(_("生成时间"), default=time(8, 0))
    language = models.CharField(_("语言"), max_length=12, choices=settings.LANGUAGES, default="zh-hans")
    has_people = models.BooleanField(_("包含坐席明细"), default=False)
    recipients = models.JSONField(_("收件角色"), default=list, blank=True)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("收件人"), blank=True, related_name="+")
    is_active = models.BooleanField(_("启用"), default=True)
    next_start_on = models.DateField(_("下一期开始"))
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("报告计划")
        verbose_name_plural = _("报告计划")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="insight_plan_cadence_known"),
            models.CheckConstraint(condition=Q(spread__in=Spread.values), name="insight_plan_spread_known"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportAddress(models.Model):
    """A mail address outside the house to which a plan's reports go; the address itself lies in the vault."""

    plan = models.ForeignKey(ReportPlan, on_delete=models.CASCADE, related_name="addresses")
    token = models.BinaryField(_("邮箱"), max_length=16)

    class Meta:
        verbose_name = _("报告外部收件地址")
        verbose_name_plural = _("报告外部收件地址")
        constraints = [models.UniqueConstraint(fields=("plan", "token"), name="insight_address_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}"
