"""Posts: what a job is for, what it may, what it asks; and who held which post since when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import PostCategory
from kefu.areas.people.rules import MAX_LEVEL


class Post(models.Model):
    """A post of the catalogue. Duties, authority, standards and measures are lists: one item a line."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=64, unique=True)
    category = models.CharField(_("类别"), max_length=16, choices=PostCategory.choices, default=PostCategory.SUPPORT)
    superior = models.ForeignKey(
        "self", verbose_name=_("直接上级岗位"), null=True, blank=True, on_delete=models.PROTECT, related_name="below"
    )
    seat_type = models.ForeignKey(
        "people.SeatType",
        verbose_name=_("专席"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
    )
    duties = models.TextField(_("岗位职责"), blank=True)
    authority = models.TextField(_("岗位权限"), blank=True)
    standards = models.TextField(_("工作标准"), blank=True)
    measures = models.TextField(_("考核指标"), blank=True)
    is_key = models.BooleanField(_("关键岗位"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ("sort_order", "code")
        constraints = [
            models.CheckConstraint(condition=~Q(superior=F("id")), name="people_post_not_above_itself"),
            models.CheckConstraint(condition=~Q(name=""), name="people_post_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class PostSkill(models.Model):
    """A post asks for a skill at a level or above."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey("people.Skill", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("等级"))

    class Meta:
        verbose_name = _("岗位技能要求")
        verbose_name_plural = _("岗位技能要求")
        ordering = ("post", "skill__sort_order", "skill__code")
        constraints = [
            models.UniqueConstraint(fields=("post", "skill"), name="people_post_skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MAX_LEVEL), name="people_post_skill_level"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.skill_id} ≥ {self.level}"


class PostHolding(models.Model):
    """An employee holds a post from ``starts_on`` until the day before ``ends_on``.

    Nobody holds two posts on one day (exclusion constraint ``people_postholding_one_post``).
    """

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="post_holdings")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("岗位经历")
        verbose_name_plural = _("岗位经历")
        ordering = ("employee", "starts_on")
        indexes = [models.Index(fields=("post", "starts_on"), name="people_postholding_post")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_postholding_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} = {self.post_id} [{self.starts_on}, {self.ends_on or ''})"
