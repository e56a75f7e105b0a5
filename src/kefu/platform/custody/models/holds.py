"""What must not be erased for the time being."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.custody.choices import HoldKind


class LegalHold(models.Model):
    """Somebody decided that data must stay: a person's, those of some days, or all. It ends by itself or is lifted."""

    kind = models.CharField(_("范围"), max_length=12, choices=HoldKind.choices)
    subject_kind = models.CharField(_("对象"), max_length=16, blank=True)
    subject_ref = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField(_("从"), null=True, blank=True)
    ends_on = models.DateField(_("到"), null=True, blank=True)
    until = models.DateField(_("保全至"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("设置时间"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lift_reason = models.CharField(_("解除理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("法律保全")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=HoldKind.SUBJECT) & ~Q(subject_kind="") & ~Q(subject_ref="")
                | Q(kind=HoldKind.PERIOD, starts_on__isnull=False, ends_on__gte=F("starts_on"))
                | Q(kind=HoldKind.EVERYTHING),
                name="custody_hold_names_what",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="custody_hold_reason_given"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(lifted_at__isnull=True), name="custody_hold_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def kind_choice(self) -> HoldKind:
        """What it keeps, with its tone."""
        return HoldKind(self.kind)
