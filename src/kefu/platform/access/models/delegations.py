"""Temporary delegation: somebody else acts with one's rights, from a minute to a minute."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.platform.access.choices import DelegationState


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations, narrowed by time."""

    def running(self, at: datetime) -> DelegationQuerySet:
        """Those in force at ``at`` between two accounts of which the principal's is in use."""
        going_on = Q(ended_at__isnull=True, ends_at__gt=at) | Q(ended_at__gt=at)
        return self.filter(going_on, starts_at__lte=at, principal__is_active=True)


class Delegation(models.Model):
    """``deputy`` holds the assignments of ``principal`` from ``starts_at`` until ``ends_at``, or ``ended_at`` if sooner.

    The same two people never have two at one instant (exclusion constraint ``access_delegation_once``).
    """

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("委托人")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held", verbose_name=_("代理人")
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        indexes = [models.Index(fields=["deputy", "-ends_at"], name="access_delegation_deputy")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="access_delegation_lasts"),
            models.CheckConstraint(condition=~Q(deputy=F("principal")), name="access_delegation_two_people"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at")),
                name="access_delegation_ends_within",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="access_delegation_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.principal_id} > {self.deputy_id} [{self.starts_at}, {self.ended_at or self.ends_at})"

    def state_at(self, now: datetime) -> DelegationState:
        """Whether it is to come, runs, or is over."""
        if self.ended_at is not None and self.ended_at <= now:
            return DelegationState.ENDED
        if self.ends_at <= now:
            return DelegationState.OVER
        return DelegationState.RUNNING if self.starts_at <= now else DelegationState.PLANNED
