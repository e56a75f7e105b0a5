"""What happened to requests, and the files that go with them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.choices import Verb
from kefu.platform.approvals.models.requests import Request, Step

USER: Any = settings.AUTH_USER_MODEL
PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class HistoryLine(models.Model):
    """One line of a request's history; written once (the database refuses changes).

    ``in_name_of`` is the principal for whom a deputy acted. ``codes`` say what was asked: who should answer, who was
    asked instead.
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="history")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(USER, **PERSON)
    actor_label = models.CharField(max_length=150, blank=True)
    in_name_of = models.ForeignKey(USER, **PERSON)
    note = models.TextField(blank=True)
    codes = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("审批记录")
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=Q(verb__in=Verb.values), name="approvals_line_verb_known")]
        indexes = [models.Index(fields=["request", "-id"], name="approvals_line_request")]

    @property
    def verb_choice(self) -> Verb:
        """What happened, with its label and tone."""
        return Verb(self.verb)


class Attachment(models.Model):
    """A file that goes with a request."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(USER, **PERSON)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("申请附件")
        ordering = ("id",)
