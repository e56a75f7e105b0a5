"""Calendars, their weekly hours and the days that differ."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.calendars.choices import DayKind


class WorkingCalendar(models.Model):
    """When a service is open. Policies, queues and sites name one; at most one is the default."""

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    time_zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")
    is_default = models.BooleanField(_("默认日历"), default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=("is_default",), condition=Q(is_default=True), name="calendars_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


class WeeklyPeriod(models.Model):
    """One stretch of opening hours on a weekday (0 = Monday); periods of a weekday never overlap."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens_minute = models.PositiveSmallIntegerField(_("营业开始"))
    closes_minute = models.PositiveSmallIntegerField(_("营业结束"))

    class Meta:
        verbose_name = _("每周时段")
        ordering = ("weekday", "opens_minute")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="calendars_weekday"),
            models.CheckConstraint(
                condition=Q(opens_minute__lt=F("closes_minute")) & Q(closes_minute__lte=1440),
                name="calendars_period_order",
            ),
        ]


class SpecialDay(models.Model):
    """A day that does not follow its weekday: closed, worked instead of another day, or with hours of its own.

    ``periods`` are ``[opens, closes]`` minutes; an empty list means closed. ``is_public`` marks days that came with the
    public calendar: loading it again refreshes these and never touches days that people arranged.
    """

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="special_days")
    day = models.DateField(_("日期"))
    kind = models.CharField(_("类型"), max_length=8, choices=DayKind.choices)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    periods = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("特殊日期")
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(fields=("calendar", "day"), name="calendars_special_day_unique"),
            models.CheckConstraint(
                condition=~Q(kind=DayKind.HOLIDAY) | Q(periods=[]), name="calendars_holiday_is_closed"
            ),
        ]
