"""What a new centre has still to arrange about its people: counts for the set-up checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kefu.areas.people.choices import LeadKind, UnitKind
from kefu.areas.people.models import Agent, Employee, Leadership, Unit
from kefu.areas.people.models.employee import EmployeeQuerySet
from kefu.kernel import clock
from kefu.kernel.permissions import Scope
from kefu.platform.access.models import Assignment, Role

LEADER_ROLE = "leader"


@dataclass(frozen=True, slots=True)
class People:
    """How many there are, and how many can sign in."""

    employees: int
    with_account: int
    logins: int
    logins_without_owner: int


def standing_units() -> QuerySet[Unit]:
    """The units of today."""
    return Unit.objects.filter(ends_on__isnull=True)


def sites() -> list[str]:
    """The names of today's sites."""
    return list(standing_units().filter(kind=UnitKind.SITE).values_list("name", flat=True))


def teams_without_leader(day: date) -> list[str]:
    """The names of today's teams that nobody leads."""
    led = Leadership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), unit=OuterRef("pk"), kind=LeadKind.LEADER, starts_on__lte=day
    )
    return list(standing_units().filter(~Exists(led), kind=UnitKind.TEAM).values_list("name", flat=True))


def people_counts(day: date) -> People:
    """Employees in post on ``day``, their accounts, and the telephone logins in use; two statements."""
    staff = in_post(Employee.objects.all(), day).aggregate(all=Count("pk"), known=Count("user"))
    logins = Agent.objects.filter(is_active=True).aggregate(all=Count("pk"), owned=Count("employee"))
    return People(staff["all"], staff["known"], logins["all"], logins["all"] - logins["owned"])


def in_post(rows: EmployeeQuerySet, day: date) -> EmployeeQuerySet:
    """Those of them who work here on ``day`` or will."""
    return rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=day))


def without_account(scope: Scope, day: date) -> EmployeeQuerySet:
    """The employees inside ``scope`` who have no account yet, leaders first."""
    leads = Leadership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), employee=OuterRef("pk"), starts_on__lte=day
    )
    rows = in_post(Employee.objects.inside(scope), day).filter(user__isnull=True)
    return rows.select_related("unit", "post").annotate(leads=Exists(leads)).order_by("-leads", "unit", "name_key")


def leaders_without_role(day: date) -> list[Leadership]:
    """The leaders and deputies of today who have an account but not the leader's role on their unit."""
    now = clock.now()
    reach = Assignment.objects.filter(
        Q(node=OuterRef("unit")) | Q(node__isnull=True, user__home_node=OuterRef("unit")),
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        user=OuterRef("employee__user"),
        role__code=LEADER_ROLE,
    )
    standing = Leadership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day, employee__user__isnull=False
    )
    return list(
        standing.filter(~Exists(reach)).select_related("unit__node", "employee__user").order_by("unit__sort_order")
    )


def leaders_without_account(day: date) -> int:
    """How many of today's leaders cannot sign in yet."""
    return (
        Leadership.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day, employee__user__isnull=True
        )
        .values("employee")
        .distinct()
        .count()
    )


def roles_to_give() -> list[Role]:
    """The roles that may be given when accounts are opened in bulk: those without a second factor of their own."""
    return list(Role.objects.exclude(code="admin").order_by("pk"))
