"""What employees ask to have changed in their own files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import ChangeState


class OwnChange(models.Model):
    """One request: some changes that are answered together."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="own_changes")
    state = models.CharField(_("状态"), max_length=12, choices=ChangeState.choices, default=ChangeState.PENDING)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("提交时间"))
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    evidence = models.ForeignKey(
        "people.EmployeeDocument", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approval_id = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("档案变更申请")
        verbose_name_plural = _("档案变更申请")
        ordering = ("-submitted_at", "-id")
        indexes = [models.Index(fields=("employee", "-submitted_at"), name="people_ownchange_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", settled_at__isnull=True)
                | (~Q(state="pending") & Q(settled_at__isnull=False)),
                name="people_ownchange_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.state}"


class OwnChangeItem(models.Model):
    """One thing in a request: what it is, how it was and how it shall be (tokens where the value lies in the vault).

    Of one thing only one change can wait (``people_ownchange_once``).
    """

    change = models.ForeignKey(OwnChange, on_delete=models.CASCADE, related_name="items")
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    is_pending = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("档案变更内容")
        verbose_name_plural = _("档案变更内容")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("employee", "target"),
                condition=Q(is_pending=True) & ~Q(target__endswith=":new"),
                name="people_ownchange_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.target}"
