"""The one-time links that claim an installation, and whether the checklist is open."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SetupLink(models.Model):
    """A link with which whoever runs the machine creates the first administrator; only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("首次设置链接")
        verbose_name_plural = _("首次设置链接")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="setup_link_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Checklist(models.Model):
    """The one checklist of this installation: in the menu from the claim until it is closed.

    An installation that was never claimed through a link (a demonstration, an earlier version) has none.
    """

    one = models.BooleanField(primary_key=True, default=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("首次设置清单")
        verbose_name_plural = _("首次设置清单")
        constraints = [models.CheckConstraint(condition=Q(one=True), name="setup_checklist_only_one")]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"
