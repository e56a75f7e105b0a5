"""Uploads on their way into the product, their faults, and mappings worth keeping."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.files.models import StoredFile
from kefu.platform.imports.choices import UploadState
from kefu.platform.imports.engine.reading import Layout
from kefu.platform.jobs.models import Job


class Upload(models.Model):
    """One file to be imported: how it is read, what the check found, how far it has been applied.

    ``rows_done`` moves in the transaction that writes the rows, so an interrupted import goes on exactly there.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=100)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=UploadState.choices, default=UploadState.UPLOADED)
    layout_format = models.CharField(max_length=8)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    header = models.JSONField()
    header_row = models.PositiveIntegerField(default=1)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    skip_faulty = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(default=0)
    rows_faulty = models.PositiveIntegerField(default=0)
    faults_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    run_key = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by_label = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("导入")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="imports_upload_state_known"),
            models.CheckConstraint(
                condition=Q(rows_faulty__lte=models.F("rows_total")), name="imports_upload_faulty_of_total"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="imports_upload_kind"),
            models.Index(fields=["run_key"], condition=~Q(run_key=""), name="imports_upload_run_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def layout(self) -> Layout:
        """How to read the file."""
        return Layout(self.layout_format, self.encoding, self.delimiter, tuple(self.header), self.header_row)

    @property
    def settled_state(self) -> UploadState:
        """The state, taking into account that its job may have been cancelled before it began, or have failed."""
        busy = {UploadState.CHECKING: UploadState.UPLOADED, UploadState.APPLYING: UploadState.STOPPED}
        state = UploadState(self.state)
        if state in busy and (self.job is None or not self.job.is_open):
            return busy[state]
        return state

    @property
    def state_choice(self) -> UploadState:
        """The state with its label and tone."""
        return self.settled_state

    @property
    def rows_good(self) -> int:
        """How many rows can be imported."""
        return self.rows_total - self.rows_faulty


class ImportFault(models.Model):
    """What is wrong with one cell (or row); values of personal columns are masked."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("导入错误")
        ordering = ("row", "id")
        indexes = [models.Index(fields=["upload", "row", "id"], name="imports_importfault_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class SavedMapping(models.Model):
    """Which header stands for which column, by name, for files of the same make."""

    kind = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    headers = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("列对应方案")
        ordering = ("kind", "name")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="imports_savedmapping_name")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
