"""The chains by which requests are decided, version by version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kefu.platform.approvals.rules import Rule, from_data


class ChainVersion(models.Model):
    """One version of the chain of one kind; never changed, so that running requests keep the one they began with.

    ``is_declared`` marks what the product came with; the newest version of a kind is in force.
    """

    kind = models.CharField(_("申请类型"), max_length=100)
    version = models.PositiveIntegerField(_("版本"))
    rules = models.JSONField()
    created_at = models.DateTimeField(_("生效时间"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_by_label = models.CharField(max_length=150, blank=True)
    reason = models.CharField(_("修改原因"), max_length=200, blank=True)
    is_declared = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("审批流程")
        ordering = ("kind", "-version")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="approvals_chain_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def chain(self) -> tuple[Rule, ...]:
        """The ordered rules."""
        return from_data(self.rules)
