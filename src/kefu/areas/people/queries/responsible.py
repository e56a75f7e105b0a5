"""Who is responsible for a unit or a person: the line of leaders, and those who keep the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import permissions
from kefu.areas.people.choices import LeadKind
from kefu.areas.people.models import Leadership, Membership
from kefu.areas.people.queries.employees import node_of_user
from kefu.kernel import clock
from kefu.platform.access.queries import holders_of, parent_on
from kefu.platform.access.registry import responsible


@responsible("leader", _("直属负责人"))
def leader(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
    """Who leads the unit; for the leader themself, and for a unit without one, the next leader above."""
    return list(_line(node_id, user_id, at))[:1]


@responsible("upper_leader", _("上级负责人"))
def upper_leader(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
    """The next leader above the one whom ``leader`` finds."""
    return list(_line(node_id, user_id, at))[1:2]


@responsible("deputy", _("本单位副职"))
def deputy(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
    """Those who are named deputies of the unit, the person asked about left out."""
    day = clock.local_date(at, settings.TIME_ZONE)
    unit = node_id or _unit_on(user_id, day)
    return [person for person in _leading(unit, LeadKind.DEPUTY, day) if person != user_id] if unit else []


@responsible("people_officer", _("人事专员"))
def people_officer(*, node_id: int | None, user_id: int | None, at: datetime) -> list[int]:
    """Those who may change employees' files in that unit; nobody keeps their own, as long as somebody else can."""
    unit = node_id or _unit_on(user_id, clock.local_date(at, settings.TIME_ZONE))
    return [p for p in holders_of(permissions.EMPLOYEE_MANAGE, node_id=unit, at=at) if p != user_id]


def _line(node_id: int | None, user_id: int | None, at: datetime) -> Iterator[int]:
    """The leaders from the unit upwards, each person once, the one asked about left out."""
    day = clock.local_date(at, settings.TIME_ZONE)
    unit = node_id or _unit_on(user_id, day)
    seen = {user_id}
    while unit is not None:
        for person in _leading(unit, LeadKind.LEADER, day):
            if person not in seen:
                seen.add(person)
                yield person
        unit = parent_on(unit, day)


def _leading(unit_id: int, kind: LeadKind, day: date) -> list[int]:
    """The accounts of those who hold the post in the unit on that day."""
    standing = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    rows = Leadership.objects.filter(standing, unit_id=unit_id, kind=kind, employee__user__is_active=True)
    return [pk for pk in rows.order_by("starts_on", "pk").values_list("employee__user_id", flat=True) if pk]


def _unit_on(user_id: int | None, day: date) -> int | None:
    """Where the person behind the account belonged on that day, or else belongs today."""
    if user_id is None:
        return None
    standing = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    then = Membership.objects.filter(standing, employee__user_id=user_id).values_list("unit_id", flat=True).first()
    return then if then is not None else node_of_user(user_id)
