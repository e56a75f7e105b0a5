"""What happened to tasks, and what proves that they were done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.tasks.choices import TaskVerb
from kefu.platform.tasks.models.task import Task


class TaskEvent(models.Model):
    """One line of a task's history; written once."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="history")
    verb = models.CharField(max_length=12, choices=TaskVerb.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(max_length=150, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("任务记录")
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=Q(verb__in=TaskVerb.values), name="tasks_event_verb_known")]
        indexes = [models.Index(fields=["task", "-id"], name="tasks_event_task")]

    @property
    def verb_choice(self) -> TaskVerb:
        """What happened, with its label and tone."""
        return TaskVerb(self.verb)


class Evidence(models.Model):
    """A file that proves a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="evidence")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("任务证明")
        ordering = ("id",)
