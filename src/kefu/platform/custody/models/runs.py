"""Rounds of retention."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.custody.choices import RunState


class RetentionRun(models.Model):
    """One round: what went, as counts by the code of the retention. One round begins on a day."""

    day = models.DateField(_("日期"))
    is_nightly = models.BooleanField(_("每日"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    counts = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    job = models.ForeignKey("jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_by = models.CharField(_("发起人"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("到期清理")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(is_nightly=True), name="custody_run_once_a_night"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"

    @property
    def state_choice(self) -> RunState:
        """How it ended, with its tone."""
        return RunState(self.state)

    @property
    def total(self) -> int:
        """How much went."""
        return sum(self.counts.values())
