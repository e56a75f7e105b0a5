"""What is watched, how each watch stands, and the minutes of the live gauges."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight.choices import Condition, Severity
from kefu.areas.insight.engine.alerting import Phase

WINDOWS = (15, 30, 60, 120, 240)


class AlertRule(models.Model):
    """One rule: a metric (or a live gauge), where, over which window, and when it is a trouble.

    ``dimension`` empty watches the whole centre; otherwise each member (those in ``members``, or all) is watched by
    itself. ``limit`` and ``clear_at`` are in the metric's own unit (a share for percentages, seconds for times).
    ``recipients`` are codes of responsible people; ``escalation`` is ``[[minutes without acknowledgement, code], …]``.
    """

    code = models.SlugField(_("编码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    metric = models.CharField(_("指标"), max_length=60)
    dimension = models.CharField(_("维度"), max_length=20, blank=True)
    members = models.JSONField(_("范围"), default=list, blank=True)
    condition = models.CharField(_("条件"), max_length=8, choices=Condition.choices)
    limit = models.FloatField(_("触发阈值"), null=True, blank=True)
    clear_at = models.FloatField(_("恢复阈值"), null=True, blank=True)
    sensitivity = models.FloatField(_("偏离倍数"), default=4)
    least_days = models.PositiveSmallIntegerField(_("最少历史天数"), default=5)
    window_minutes = models.PositiveSmallIntegerField(_("统计窗口（分钟）"), default=30)
    minimum_n = models.PositiveIntegerField(_("最小样本量"), default=0)
    hold_minutes = models.PositiveSmallIntegerField(_("持续多久才触发（分钟）"), default=3)
    clear_minutes = models.PositiveSmallIntegerField(_("持续多久才恢复（分钟）"), default=10)
    calendar = models.ForeignKey(
        "calendars.WorkingCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    severity = models.CharField(_("级别"), max_length=8, choices=Severity.choices, default=Severity.NOTICE)
    quiet_from = models.TimeField(_("免打扰开始"), null=True, blank=True)
    quiet_until = models.TimeField(_("免打扰结束"), null=True, blank=True)
    recipients = models.JSONField(_("通知对象"), default=list)
    escalation = models.JSONField(_("升级"), default=list, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    is_builtin = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("告警规则")
        verbose_name_plural = _("告警规则")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="insight_rule_condition_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="insight_rule_severity_known"),
            models.CheckConstraint(condition=Q(window_minutes__in=WINDOWS), name="insight_rule_window_known"),
            models.CheckConstraint(
                condition=Q(limit__isnull=False) | ~Q(condition__in=("below", "above")),
                name="insight_rule_limit_given",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="insight_rule_quiet_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the reader, where the product itself gave it."""
        return gettext(self.name) if self.is_builtin else self.name

    @property
    def severity_choice(self) -> Severity:
        """The severity with its label and tone."""
        return Severity(self.severity)


class AlertWatch(models.Model):
    """How the watch over one member stands; a quiet one has no row. ``key`` 0 is the whole centre."""

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="watches")
    key = models.BigIntegerField()
    phase = models.CharField(max_length=8, choices=[(phase.value, phase.value) for phase in Phase])
    since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("告警监视")
        constraints = [models.UniqueConstraint(fields=("rule", "key"), name="insight_watch_unique")]


class GaugeMinute(models.Model):
    """What the live gauges showed at one minute: ``{gauge: {member: value}}``; history for charts and dry runs."""

    at = models.DateTimeField(primary_key=True)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("实时读数")
        verbose_name_plural = _("实时读数")
