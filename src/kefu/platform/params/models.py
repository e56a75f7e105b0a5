"""The dated history of each parameter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ParamChange(models.Model):
    """One change of one parameter; the newest that has taken effect counts. Never updated, only withdrawn.

    ``value`` is ``None`` when the change goes back to the declared default.
    """

    code = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    effective_at = models.DateTimeField()
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_by_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("参数变更")
        ordering = ("code", "-version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="params_paramchange_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="params_paramchange_version_positive"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=models.F("effective_at")),
                name="params_paramchange_withdrawn_before_effect",
            ),
        ]
        indexes = [models.Index(fields=["code", "-effective_at", "-version"], name="params_paramchange_at")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
