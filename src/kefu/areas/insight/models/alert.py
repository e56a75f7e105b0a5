"""An alert, its history, and who was told at which level."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight.choices import STANDING, AlertState, AlertVerb, Severity
from kefu.areas.insight.models.rule import AlertRule


class Alert(models.Model):
    """Something is wrong with one number of one member of a rule, from ``fired_at`` until ``cleared_at``.

    ``limit`` is what was broken (for a trend the end of the usual range). ``tell_at`` is when the first people are to
    be told (the end of quiet hours, the end of a snooze) and empty once they were; ``escalate_at`` when the next level
    is due. ``round`` counts how often it was snoozed. At most one alert of a rule and member stands.
    """

    number = models.CharField(_("告警编号"), max_length=20, unique=True)
    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="alerts")
    key = models.BigIntegerField()
    member_code = models.CharField(max_length=80, blank=True)
    member_name = models.CharField(_("范围"), max_length=120, blank=True)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(_("级别"), max_length=8, choices=Severity.choices)
    state = models.CharField(_("状态"), max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    value = models.FloatField(_("触发值"), null=True, blank=True)
    worst = models.FloatField(_("最差值"), null=True, blank=True)
    last_value = models.FloatField(_("当前值"), null=True, blank=True)
    n = models.FloatField(default=0)
    limit = models.FloatField(_("阈值"), null=True, blank=True)
    fired_at = models.DateTimeField(_("触发时间"))
    cleared_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("说明"), max_length=500, blank=True)
    snoozed_until = models.DateTimeField(_("暂缓到"), null=True, blank=True)
    tell_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("升级层级"), default=0)
    round = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("告警")
        verbose_name_plural = _("告警")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AlertState.values), name="insight_alert_state_known"),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, state__in=STANDING)
                | Q(cleared_at__isnull=False, state=AlertState.CLEARED),
                name="insight_alert_cleared_iff_over",
            ),
            models.UniqueConstraint(
                fields=("rule", "key"), condition=Q(cleared_at__isnull=True), name="insight_alert_one_stands"
            ),
        ]
        indexes = [
            models.Index(fields=["-fired_at", "-id"], name="insight_alert_newest"),
            models.Index(fields=["node", "state"], name="insight_alert_node"),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="insight_alert_tell"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="insight_alert_escalate"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_choice(self) -> AlertState:
        """The state with its label and tone."""
        return AlertState(self.state)

    @property
    def severity_choice(self) -> Severity:
        """The severity with its label and tone."""
        return Severity(self.severity)

    @property
    def origin(self) -> str:
        """How others name it."""
        return f"insight.alert:{self.pk}"


class AlertEvent(models.Model):
    """One line of an alert's history; written once. ``audience`` are codes of responsible people."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="history")
    verb = models.CharField(max_length=12, choices=AlertVerb.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    audience = models.JSONField(default=list)
    people = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("告警记录")
        constraints = [models.CheckConstraint(condition=Q(verb__in=AlertVerb.values), name="insight_event_verb_known")]
        indexes = [models.Index(fields=["alert", "-id"], name="insight_event_alert")]

    @property
    def verb_choice(self) -> AlertVerb:
        """What happened, with its label and tone."""
        return AlertVerb(self.verb)


class AlertStep(models.Model):
    """The ledger of telling: each level of an alert happens once in a round."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("告警通知层级")
        constraints = [models.UniqueConstraint(fields=("alert", "round", "level"), name="insight_step_once")]


class AlertTold(models.Model):
    """Somebody was told of an alert, and may therefore look at it."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="told")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("告警通知对象")
        constraints = [models.UniqueConstraint(fields=("alert", "user"), name="insight_told_once")]
