"""Establishment: how many of a post a unit may have, and the ratios that a good centre keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import RatioBasis, RatioKind, UnitKind


class EstablishmentLine(models.Model):
    """A unit may have ``headcount`` people in a post from ``starts_on`` until the day before ``ends_on``.

    One number a day (exclusion constraint ``people_establishment_one_number``).
    """

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="establishment")
    post = models.ForeignKey("people.Post", on_delete=models.PROTECT, related_name="establishment")
    headcount = models.PositiveIntegerField(_("编制人数"))
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("编制")
        verbose_name_plural = _("编制")
        ordering = ("unit", "post", "starts_on")
        indexes = [models.Index(fields=("starts_on",), name="people_establishment_from")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_establishment_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.post_id} × {self.headcount} [{self.starts_on}, {self.ends_on or ''})"


class RatioRule(models.Model):
    """A staffing rule as data, judged in every unit of kind ``level`` over all below it.

    ``per``: one of ``posts`` for every ``number`` people in ``base_posts``, rounded up. ``minimum``: at least
    ``number`` of ``posts``, wherever somebody works.
    """

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("方式"), max_length=8, choices=RatioKind.choices)
    basis = models.CharField(_("统计口径"), max_length=8, choices=RatioBasis.choices, default=RatioBasis.IN_POST)
    level = models.CharField(_("考核层级"), max_length=16, choices=UnitKind.choices)
    posts = models.ManyToManyField("people.Post", verbose_name=_("应配岗位"), related_name="+")
    base_posts = models.ManyToManyField("people.Post", verbose_name=_("服务对象岗位"), related_name="+", blank=True)
    number = models.PositiveIntegerField(_("数量"))
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("配比规则")
        verbose_name_plural = _("配比规则")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="people_ratiorule_number"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_ratiorule_lasts"
            ),
        ]

    def __str__(self) -> str:
        return self.name
