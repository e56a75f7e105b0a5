"""Looking at the product with somebody else's eyes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Viewing(models.Model):
    """``viewer`` sees the pages as ``target`` would, in one session, read-only, until ``ends_at`` at the latest."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="viewings")
    target = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_key = models.CharField(max_length=40)
    reason = models.CharField(_("原因"), max_length=200)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("以他人身份查看")
        verbose_name_plural = _("以他人身份查看")
        constraints = [
            models.CheckConstraint(condition=~Q(viewer=F("target")), name="access_viewing_somebody_else"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="access_viewing_lasts"),
            models.UniqueConstraint(
                fields=["session_key"], condition=Q(ended_at__isnull=True), name="access_viewing_one_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} > {self.target_id}"
