"""What clocks are measured by: dated policy versions, and schedules as they were when a clock followed them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.calendars.rules import Schedule
from kefu.platform.clocks.rules import Level, Terms


class PolicyVersion(models.Model):
    """One version of the limits of one kind of clock; never changed, only withdrawn before it takes effect.

    ``is_declared`` marks versions that came with the product: they follow it until a person sets others.
    """

    kind = models.CharField(_("时限类型"), max_length=100)
    version = models.PositiveIntegerField(_("版本"))
    target_seconds = models.PositiveIntegerField(_("目标时长"), null=True, blank=True)
    warn_percent = models.JSONField(_("预警"), default=list)
    remind_before = models.JSONField(_("到期前提醒"), default=list)
    escalate = models.JSONField(_("升级"), default=list)
    calendar = models.ForeignKey(
        "calendars.WorkingCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    effective_at = models.DateTimeField(_("生效时间"))
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_by_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(_("修改原因"), max_length=200, blank=True)
    is_declared = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("时限规则")
        ordering = ("kind", "-version")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="clocks_policy_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="clocks_policy_version_positive"),
            models.CheckConstraint(
                condition=Q(target_seconds__isnull=True) | Q(target_seconds__gte=1), name="clocks_policy_target"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=F("effective_at")),
                name="clocks_policy_withdrawn_before_effect",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-effective_at", "-version"], name="clocks_policy_at")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"

    @property
    def terms(self) -> Terms:
        """The terms as the rules read them."""
        return Terms(
            self.target_seconds,
            tuple(self.warn_percent),
            tuple(self.remind_before),
            tuple(Level(after, audience) for after, audience in self.escalate),
        )


class ScheduleSnapshot(models.Model):
    """A working schedule as it was; equal schedules share one row, so that logs stay readable when calendars change."""

    digest = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("日历存档")

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def schedule(self) -> Schedule:
        """The schedule as the rules read it."""
        return Schedule(
            weekly=tuple(tuple((p[0], p[1]) for p in day) for day in self.body["weekly"]),
            special={date.fromisoformat(d): tuple((p[0], p[1]) for p in ps) for d, ps in self.body["special"].items()},
            time_zone=self.body["time_zone"],
        )
