"""Reports as they were made: numbers frozen, comments of people, who got a copy."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.insight.choices import Cadence, ReportState


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class MadeReport(models.Model):
    """One version of one report. ``snapshot`` holds every number and is written once (see ``queries.gathering``).

    ``digest`` is the SHA-256 of all that it says, comments included. An archived report never changes: the database
    refuses it. A correction is a further version that says why.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey("insight.ReportPlan", on_delete=models.PROTECT, related_name="reports")
    cadence = models.CharField(_("周期"), max_length=10, choices=Cadence.choices)
    node = models.ForeignKey(
        "access.ScopeNode", verbose_name=_("范围"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("标题"), max_length=120)
    language = models.CharField(_("语言"), max_length=12)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期（不含）"))
    number = models.PositiveIntegerField(_("版本"), default=1)
    is_latest = models.BooleanField(_("最新版本"), default=True)
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ReportState.choices, default=ReportState.MADE)
    snapshot = models.JSONField(_("数据"))
    comments = models.JSONField(_("点评"), default=dict, blank=True)
    has_people = models.BooleanField(_("包含坐席明细"), default=False)
    is_complete = models.BooleanField(_("数据完整"), default=True)
    digest = models.CharField(_("摘要"), max_length=64)
    lock = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = _person(_("生成人"))
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reviewed_by = _person(_("审核人"))
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    sent_by = _person(_("发送人"))
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("运营报告")
        verbose_name_plural = _("运营报告")
        ordering = ("-starts_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("plan", "node", "starts_on", "number"), name="insight_made_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=("plan", "node", "starts_on"),
                condition=Q(is_latest=True),
                name="insight_made_one_latest",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="insight_made_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="insight_made_period"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="insight_made_digest"),
            models.CheckConstraint(
                condition=Q(state=ReportState.MADE) | Q(reviewed_at__isnull=False), name="insight_made_reviewed_first"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.ARCHIVED) | Q(archived_at__isnull=False), name="insight_made_archived_at"
            ),
        ]
        indexes = [models.Index(fields=("-starts_on", "-id"), name="insight_made_newest")]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def state_choice(self) -> ReportState:
        """The state with its tone."""
        return ReportState(self.state)

    @property
    def is_open(self) -> bool:
        """Whether comments may still be written."""
        return self.state in (ReportState.MADE, ReportState.REVIEWED)


class ReportCopy(models.Model):
    """A copy for one receiver: an account, or an address outside the house."""

    report = models.ForeignKey(MadeReport, on_delete=models.CASCADE, related_name="copies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token = models.BinaryField(max_length=16, null=True, blank=True)
    is_refused = models.BooleanField(_("超出数据范围，未发送"), default=False)
    message = models.ForeignKey("delivery.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("报告副本")
        verbose_name_plural = _("报告副本")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("report", "user"), condition=Q(user__isnull=False), name="insight_copy_user"
            ),
            models.UniqueConstraint(
                fields=("report", "token"), condition=Q(user__isnull=True), name="insight_copy_address"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(token__isnull=False), name="insight_copy_has_receiver"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.user_id or ''}"
