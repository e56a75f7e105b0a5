"""The staff code with its signatures; a team's charter and honours."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import CodeState, HonourLevel


class StaffCode(models.Model):
    """A version of the staff code, in Markdown. ``digest`` is the SHA-256 of title and text; it is set for good
    when the version is published. One version is in force."""

    version = models.PositiveIntegerField(_("版本"), unique=True)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"))
    state = models.CharField(_("状态"), max_length=12, choices=CodeState.choices, default=CodeState.DRAFT)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发布人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("员工守则")
        verbose_name_plural = _("员工守则")
        ordering = ("-version",)
        constraints = [
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="published"), name="people_staffcode_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(published_at__isnull=False) & ~Q(digest="")),
                name="people_staffcode_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class CodeSignature(models.Model):
    """An employee read a version and agreed: which account, when, and the digest of what was shown."""

    code = models.ForeignKey(StaffCode, on_delete=models.PROTECT, related_name="signatures")
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="code_signatures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("守则签署")
        verbose_name_plural = _("守则签署")
        ordering = ("-signed_at",)
        constraints = [models.UniqueConstraint(fields=("code", "employee"), name="people_codesignature_once")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.employee_id}"


class TeamCharter(models.Model):
    """What a team calls itself and stands for; each change is a new version."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="charters")
    version = models.PositiveIntegerField(_("版本"))
    team_name = models.CharField(_("团队名称"), max_length=40)
    meaning = models.TextField(_("名称寓意"), blank=True)
    slogan = models.CharField(_("口号"), max_length=120, blank=True)
    vision = models.TextField(_("愿景"), blank=True)
    oath = models.TextField(_("誓词"), blank=True)
    team_values = models.TextField(_("价值观"), blank=True)
    conduct = models.TextField(_("行为准则"), blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("团队章程")
        verbose_name_plural = _("团队章程")
        ordering = ("unit", "-version")
        constraints = [models.UniqueConstraint(fields=("unit", "version"), name="people_teamcharter_version")]

    def __str__(self) -> str:
        return f"{self.team_name} v{self.version}"


class TeamHonour(models.Model):
    """Something that a team was honoured for."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="honours")
    title = models.CharField(_("荣誉"), max_length=120)
    level = models.CharField(_("级别"), max_length=12, choices=HonourLevel.choices)
    awarded_by = models.CharField(_("授予单位"), max_length=80, blank=True)
    awarded_on = models.DateField(_("授予日期"))
    story = models.TextField(_("事迹"), blank=True)
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("团队荣誉")
        verbose_name_plural = _("团队荣誉")
        ordering = ("-awarded_on", "-id")

    def __str__(self) -> str:
        return self.title
