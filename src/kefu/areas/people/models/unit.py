"""Units: the scope tree with what the centre knows about its nodes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import LeadKind, UnitKind


class Unit(models.Model):
    """A centre, site, department or team. Its key is the key of its scope node.

    ``parent`` is where it stands today; where it stood on other days is in the scope tree's dated edges.
    """

    node = models.OneToOneField("access.ScopeNode", primary_key=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("类型"), max_length=16, choices=UnitKind.choices)
    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_key = models.CharField(max_length=160, editable=False)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    starts_on = models.DateField(_("成立日期"))
    ends_on = models.DateField(_("撤销日期"), null=True, blank=True)
    cost_centre = models.CharField(_("成本中心"), max_length=40, blank=True)
    sort_order = models.IntegerField(_("顺序"), default=100)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ("sort_order", "code")
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("node")), name="people_unit_not_itself"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_unit_lasts"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Leadership(models.Model):
    """Somebody leads a unit, or stands in for its leader, from ``starts_on`` until the day before ``ends_on``.

    A unit has one leader at a time (exclusion constraint ``people_leadership_one_leader``) and any deputies.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="leaderships")
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="leaderships")
    kind = models.CharField(_("身份"), max_length=8, choices=LeadKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ("unit", "kind", "-starts_on")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_leadership_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.kind} {self.unit_id}"
