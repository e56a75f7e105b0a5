"""One piece of work for one person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.tasks.choices import OPEN_STATES, TaskState
from kefu.platform.tasks.registry import TASK_KINDS


class Task(models.Model):
    """Something that one person is to do, because of ``origin`` (``room.noun:id``), by when, and how it went.

    ``due_at`` follows the task's clock and is empty while that is paused (the task waits for its verification) or
    where there is no limit. ``version`` rises with every change.
    """

    number = models.CharField(_("任务编号"), max_length=20, unique=True)
    kind = models.CharField(_("任务类型"), max_length=100)
    title = models.CharField(_("任务"), max_length=200)
    body = models.TextField(_("说明"), blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=TaskState.choices, default=TaskState.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(_("来源"), max_length=150, blank=True)
    url = models.CharField(max_length=300, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    outcome = models.TextField(_("处理结果"), blank=True)
    due_at = models.DateTimeField(_("到期时间"), null=True, blank=True)
    is_overdue = models.BooleanField(_("超时"), default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("建立时间"))
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="tasks_task_state_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=OPEN_STATES)
                | Q(closed_at__isnull=False) & ~Q(state__in=OPEN_STATES),
                name="tasks_task_closed_iff_over",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("completed_by")),
                name="tasks_task_nobody_verifies_own",
            ),
            models.UniqueConstraint(fields=["dedupe_key"], condition=~Q(dedupe_key=""), name="tasks_task_dedupe"),
        ]
        indexes = [
            models.Index(fields=["owner", "state"], name="tasks_task_owner"),
            models.Index(fields=["node", "state"], name="tasks_task_node"),
            models.Index(fields=["-created_at", "-id"], name="tasks_task_newest"),
            models.Index(fields=["origin"], name="tasks_task_origin"),
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN_STATES), name="tasks_task_due"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_choice(self) -> TaskState:
        """The state with its label and tone."""
        return TaskState(self.state)

    @property
    def kind_label(self) -> str:
        """What the kind is called in the reader's language."""
        kind = TASK_KINDS.find(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def is_open(self) -> bool:
        """Whether the task is not over."""
        return self.state in OPEN_STATES

    @property
    def clock_origin(self) -> str:
        """Under which origin its clock runs."""
        return f"tasks.task:{self.pk}"
