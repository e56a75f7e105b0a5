"""Jobs as people see them, and the health of the tickers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.jobs.choices import OPEN_STATES, JobState
from kefu.platform.jobs.registry import JOBS


class Job(models.Model):
    """One piece of background work, from the request to its result.

    ``attempt`` rises with each start and fences off an earlier run that comes back to life.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    custom_title = models.CharField(max_length=200, blank=True)
    arguments = models.JSONField(default=dict)
    language = models.CharField(max_length=16, default="zh-hans")
    dedupe_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    interruptions = models.PositiveIntegerField(default=0)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    trace = models.CharField(max_length=32, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_by_label = models.CharField(max_length=150, blank=True)
    queue_job_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("后台任务")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_state_known"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=OPEN_STATES)
                | Q(finished_at__isnull=False) & ~Q(state__in=OPEN_STATES),
                name="jobs_job_finished_iff_closed",
            ),
            models.UniqueConstraint(
                F("name"), F("dedupe_key"), condition=Q(state="queued") & ~Q(dedupe_key=""), name="jobs_job_one_waiting"
            ),
        ]
        indexes = [
            models.Index(fields=["requested_by", "-id"], name="jobs_job_requester"),
            models.Index(fields=["state"], condition=Q(state__in=OPEN_STATES), name="jobs_job_open"),
            models.Index(fields=["finished_at"], name="jobs_job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uid}"

    @property
    def title(self) -> str:
        """What the job does, in the reader's language unless the requester named it."""
        if self.custom_title:
            return self.custom_title
        spec = JOBS.find(self.name)
        return str(spec.title) if spec else self.name

    @property
    def state_choice(self) -> JobState:
        """The state with its label and tone."""
        return JobState(self.state)

    @property
    def is_open(self) -> bool:
        """Whether the job may still change by itself."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Progress in whole per cent, or ``None`` when the total is unknown."""
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)


class TickerStatus(models.Model):
    """When a ticker last ran, how long it took and what went wrong."""

    name = models.CharField(max_length=100, unique=True)
    every_seconds = models.FloatField()
    process = models.CharField(max_length=120, blank=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_duration_seconds = models.FloatField(null=True, blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("定时程序")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
