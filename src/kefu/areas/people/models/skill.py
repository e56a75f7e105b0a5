"""Skills, the seats they open, and the certificates that prove them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import CertificateMethod, SeatMatch, SkillCategory
from kefu.areas.people.rules import MAX_LEVEL


class Skill(models.Model):
    """An ability that can be proven, at a level from 1 to 5; no certificate is level 0."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=64, unique=True)
    category = models.CharField(_("类别"), max_length=16, choices=SkillCategory.choices, default=SkillCategory.SERVICE)
    description = models.TextField(_("说明"), blank=True)
    valid_months = models.PositiveSmallIntegerField(_("有效期（月）"), null=True, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("技能")
        verbose_name_plural = _("技能")
        ordering = ("sort_order", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1), name="people_skill_months"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeatType(models.Model):
    """A kind of seat: inbound, outbound, complaint…; it names the skills that may sit there."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=64, unique=True)
    description = models.TextField(_("说明"), blank=True)
    match = models.CharField(_("条件"), max_length=8, choices=SeatMatch.choices, default=SeatMatch.ALL)
    is_active = models.BooleanField(_("启用"), default=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("专席")
        verbose_name_plural = _("专席")
        ordering = ("sort_order", "code")

    def __str__(self) -> str:
        return self.name


class SeatSkill(models.Model):
    """Who sits at a seat of this type has the skill at this level or above."""

    seat_type = models.ForeignKey(SeatType, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("等级"))

    class Meta:
        verbose_name = _("专席技能")
        verbose_name_plural = _("专席技能")
        ordering = ("seat_type", "skill__sort_order", "skill__code")
        constraints = [
            models.UniqueConstraint(fields=("seat_type", "skill"), name="people_seat_skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MAX_LEVEL), name="people_seat_skill_level"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_type_id} {self.skill_id} ≥ {self.level}"


class Certificate(models.Model):
    """Somebody proved a skill at a level on a day. Rows are only added; what was wrong is revoked with a reason.

    From its day the newest certificate of a skill counts; after ``expires_on`` (the last good day) the level is 0.
    """

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="certificates")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="certificates")
    level = models.PositiveSmallIntegerField(_("等级"))
    method = models.CharField(_("认证方式"), max_length=8, choices=CertificateMethod.choices)
    score = models.DecimalField(_("考试成绩"), max_digits=5, decimal_places=1, null=True, blank=True)
    evidence = models.TextField(_("认证依据"), blank=True)
    file = models.ForeignKey(
        "files.StoredFile", verbose_name=_("附件"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_on = models.DateField(_("认证日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("认证人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoke_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("技能认证")
        verbose_name_plural = _("技能认证")
        ordering = ("employee", "skill", "certified_on", "id")
        indexes = [
            models.Index(fields=("employee", "skill", "certified_on"), name="people_certificate_of"),
            models.Index(
                fields=("expires_on",), name="people_certificate_expiry", condition=Q(revoked_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=MAX_LEVEL), name="people_certificate_level"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("certified_on")),
                name="people_certificate_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.skill_id} = {self.level}"
