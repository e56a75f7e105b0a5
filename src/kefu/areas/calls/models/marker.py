"""Notes at a second of a recording."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordingMarker(models.Model):
    """A place in a recording that somebody wants to find again."""

    recording = models.ForeignKey("calls.Recording", on_delete=models.CASCADE, related_name="markers")
    at_seconds = models.PositiveIntegerField(_("位置（秒）"))
    text = models.CharField(_("标注"), max_length=120)
    created_by_id = models.BigIntegerField(null=True)
    created_by_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("录音标注")
        ordering = ("at_seconds", "id")
