"""Clocks, their log and the ledger of their steps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.clocks.choices import LIVE, ClockStatus, StepKind, Verb
from kefu.platform.clocks.registry import CLOCK_KINDS


class Clock(models.Model):
    """One limit on one piece of work. Everything but owner and title can be worked out from the log again.

    ``due_at`` is empty while it cannot be said (a clock with a target is paused). ``next_action_at`` is when the
    ticker must look at the clock; empty when nothing will come by itself. ``origin`` (``room.noun:id``) is what the
    clock measures: a kind runs at most once on an origin.
    """

    kind = models.CharField(_("时限类型"), max_length=100)
    origin = models.CharField(_("来源"), max_length=150)
    title = models.CharField(_("事项"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    policy = models.ForeignKey("clocks.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(
        "calendars.WorkingCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    schedule = models.ForeignKey("clocks.ScheduleSnapshot", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("状态"), max_length=10, choices=ClockStatus.choices, default=ClockStatus.RUNNING)
    target_seconds = models.PositiveIntegerField(_("目标时长"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期时间"), null=True, blank=True)
    breached_at = models.DateTimeField(_("超时时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    elapsed_seconds = models.PositiveIntegerField(_("已用时长"), default=0)
    round = models.PositiveSmallIntegerField(default=0)
    next_action_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("计时")
        verbose_name_plural = _("计时")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ClockStatus.values), name="clocks_clock_status_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, status__in=LIVE) | Q(ended_at__isnull=False) & ~Q(status__in=LIVE),
                name="clocks_clock_ended_iff_over",
            ),
            models.CheckConstraint(
                condition=Q(next_action_at__isnull=True) | Q(status=ClockStatus.RUNNING),
                name="clocks_clock_acts_while_running",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="clocks_clock_order"
            ),
            models.UniqueConstraint(
                fields=["kind", "origin"], condition=Q(status__in=LIVE), name="clocks_clock_one_live"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_action_at"], condition=Q(next_action_at__isnull=False), name="clocks_clock_next"
            ),
            models.Index(fields=["status", "due_at"], name="clocks_clock_due"),
            models.Index(fields=["owner", "status"], name="clocks_clock_owner"),
            models.Index(fields=["node", "status"], name="clocks_clock_node"),
            models.Index(fields=["origin"], name="clocks_clock_origin"),
            models.Index(fields=["calendar"], condition=Q(status__in=LIVE), name="clocks_clock_calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.origin}"

    @property
    def status_choice(self) -> ClockStatus:
        """The state with its label and tone."""
        return ClockStatus(self.status)

    @property
    def kind_label(self) -> str:
        """What the kind is called in the reader's language."""
        kind = CLOCK_KINDS.find(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def is_live(self) -> bool:
        """Whether the clock has not ended."""
        return self.status in LIVE

    @property
    def is_breached(self) -> bool:
        """Whether the due instant passed in time."""
        return self.breached_at is not None


class LogEntry(models.Model):
    """One line of a clock's log: written once, never changed (the database refuses)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="log")
    sequence = models.PositiveIntegerField()
    verb = models.CharField(max_length=12, choices=Verb.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    policy = models.ForeignKey(
        "clocks.PolicyVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    schedule = models.ForeignKey(
        "clocks.ScheduleSnapshot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_seconds = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("计时记录")
        ordering = ("clock", "sequence")
        constraints = [
            models.UniqueConstraint(fields=["clock", "sequence"], name="clocks_logentry_sequence"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="clocks_logentry_verb_known"),
        ]

    @property
    def verb_choice(self) -> Verb:
        """What happened, with its label and tone."""
        return Verb(self.verb)


class StepRecord(models.Model):
    """The ledger: a warning, breach or level of a clock, once per round of its goal.

    ``came_at`` is when it came by the log, ``recorded_at`` when it was seen. ``is_told`` is off where a later step
    that was due at the same look made the notice pointless; ``told`` are the accounts that were meant.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    level = models.PositiveSmallIntegerField()
    came_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    audience = models.CharField(max_length=100, blank=True)
    told = models.JSONField(default=list)
    is_told = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("预警与升级")
        ordering = ("clock", "came_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["clock", "round", "kind", "level"], name="clocks_steprecord_once"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="clocks_steprecord_kind_known"),
        ]

    @property
    def kind_choice(self) -> StepKind:
        """What it was, with its label and tone."""
        return StepKind(self.kind)

    @property
    def is_unheard(self) -> bool:
        """Whether somebody should have been told and nobody was there."""
        return self.is_told and not self.told
