"""Signed deliveries that were accepted, so that none is accepted twice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WebhookReceipt(models.Model):
    """One accepted delivery, known by its signature. Kept as long as its time stamp could still be accepted."""

    source = models.ForeignKey("calls.Source", on_delete=models.CASCADE, related_name="+")
    signature = models.BinaryField(max_length=32)
    received_at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("推送回执")
        constraints = [models.UniqueConstraint(fields=("source", "signature"), name="calls_receipt_once")]
        indexes = [models.Index(fields=("received_at",), name="calls_receipt_age")]
