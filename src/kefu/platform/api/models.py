"""The answers to requests that may be repeated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyRecord(models.Model):
    """What was answered to one key of one caller; committed together with what the request did."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("幂等键")
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="api_idempotencyrecord_caller_key")]
        indexes = [models.Index(fields=["created_at"], name="api_idempotencyrecord_created")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
