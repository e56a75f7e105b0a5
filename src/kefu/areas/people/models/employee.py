"""Employees and where they belonged since when."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import Education, EmployeeState, EmploymentType, Gender
from kefu.areas.people.rules import MAX_LEVEL, state_on
from kefu.kernel.permissions import Scope


class EmployeeQuerySet(models.QuerySet["Employee"]):
    """Employees, narrowed to what a scope opens."""

    def inside(self, scope: Scope) -> EmployeeQuerySet:
        """Those whose unit (the last one, when they left) is in the scope, and the viewer's own file."""
        if scope.everything:
            return self
        condition = Q(unit_id__in=scope.node_ids)
        if scope.user_id is not None:
            condition |= Q(user_id=scope.user_id)
        return self.filter(condition)


class Employee(models.Model):
    """Somebody who works here, worked here or will.

    ``unit`` is where they belong today (before the first day: where they will come to; after the last: where they
    were), ``post`` what they do there. The phone number lies in the vault; only its token is here.
    """

    number = models.CharField(_("工号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=64)
    name_key = models.CharField(max_length=160, editable=False)
    initials = models.CharField(max_length=32, editable=False, default="")
    unit = models.ForeignKey("people.Unit", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="employees")
    post = models.ForeignKey(
        "people.Post", verbose_name=_("岗位"), null=True, blank=True, on_delete=models.PROTECT, related_name="employees"
    )
    phone_token = models.BinaryField(max_length=16, null=True, editable=False)
    hired_on = models.DateField(_("入职日期"))
    left_on = models.DateField(_("离职日期"), null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登录账号"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    gender = models.CharField(_("性别"), max_length=8, choices=Gender.choices, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    education = models.CharField(_("学历"), max_length=12, choices=Education.choices, blank=True)
    employment_type = models.CharField(
        _("用工形式"), max_length=12, choices=EmploymentType.choices, default=EmploymentType.REGULAR
    )
    star_level = models.PositiveSmallIntegerField(_("星级"), null=True, blank=True)
    level = models.CharField(_("职级"), max_length=16, blank=True)
    probation_ends_on = models.DateField(_("试用期至"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("员工")
        verbose_name_plural = _("员工")
        ordering = ("name_key", "id")
        indexes = [
            models.Index(fields=("name_key", "id"), name="people_employee_name"),
            models.Index(fields=("initials",), name="people_employee_initials"),
            models.Index(fields=("unit", "name_key"), name="people_employee_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")), name="people_employee_dates"
            ),
            models.CheckConstraint(
                condition=Q(star_level__isnull=True) | Q(star_level__lte=MAX_LEVEL), name="people_employee_star_level"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state_on(self, day: date) -> EmployeeState:
        """Whether they work here on that day."""
        return state_on(day, self.hired_on, self.left_on)


class Membership(models.Model):
    """An employee belongs to a unit from ``starts_on`` until the day before ``ends_on``.

    Nobody belongs to two units on one day (exclusion constraint ``people_membership_one_unit``).
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("所属经历")
        verbose_name_plural = _("所属经历")
        ordering = ("employee", "starts_on")
        indexes = [models.Index(fields=("unit", "starts_on"), name="people_membership_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="people_membership_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} @ {self.unit_id} [{self.starts_on}, {self.ends_on or ''})"
