"""Employees, scoped to the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from kefu.areas.people import permissions
from kefu.areas.people.models import Employee, Membership
from kefu.areas.people.models.employee import EmployeeQuerySet
from kefu.kernel.actor import Actor
from kefu.platform.access.models import User
from kefu.platform.access.queries import scope_for, subtree_ids


def employees(viewer: Actor) -> EmployeeQuerySet:
    """The employees whom the viewer may see, with their unit."""
    scope = scope_for(viewer, permissions.EMPLOYEE_VIEW)
    return Employee.objects.inside(scope).select_related("unit", "post")


def employees_of_unit(viewer: Actor, unit_id: int, day: date, *, with_subunits: bool = False) -> EmployeeQuerySet:
    """Those of them who belonged to the unit on ``day``; ``with_subunits`` follows today's tree."""
    units: Sequence[int] | frozenset[int] = subtree_ids([unit_id]) if with_subunits else [unit_id]
    stay = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day, unit_id__in=units
    )
    return employees(viewer).filter(pk__in=stay.values("employee_id"))


def memberships_of(employee: Employee) -> list[Membership]:
    """Where they belonged, the latest first."""
    return list(employee.memberships.select_related("unit").order_by("-starts_on"))


def employee_of_user(user_id: int) -> Employee | None:
    """The employee behind an account."""
    return Employee.objects.select_related("unit").filter(user_id=user_id).first()


def node_of_user(user_id: int) -> int | None:
    """The node at which the person behind an account works today: the employee's unit, or the account's home."""
    unit = Employee.objects.filter(user_id=user_id).values_list("unit_id", flat=True).first()
    if unit is not None:
        return unit
    return User.objects.filter(pk=user_id).values_list("home_node_id", flat=True).first()
