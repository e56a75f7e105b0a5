"""The record of each file that is kept."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file on disk: what it is, whose it is, how to know that it is whole. Its bytes never change."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=100)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=250, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("文件")
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_file_sha256")]
        indexes = [
            models.Index(fields=["purpose", "created_at"], name="files_file_age"),
            models.Index(fields=["sha256"], name="files_file_sha256_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.uid}"

    @property
    def location(self) -> Path:
        """Where the bytes are."""
        return Path(settings.FILES_ROOT) / self.path
