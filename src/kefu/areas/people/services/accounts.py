"""Accounts for many employees at once, and the leader's role for whoever leads."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.models import Employee, Leadership
from kefu.areas.people.queries import arranging
from kefu.areas.people.services.employees import link_user
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access import services as access
from kefu.platform.access.models import Role, User
from kefu.platform.access.services import NewAccount, authorise
from kefu.platform.access.services.tree import today

MOST_AT_ONCE = 200
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is mixed up when it is read from paper."""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account that has been opened; the password is told this once."""

    employee: Employee
    username: str
    password: str
    roles: Sequence[str]


def initial_password() -> str:
    """Twelve letters and digits in three groups: 59 bits, easy to type from paper."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def open_accounts(*, actor: Actor, employees: Sequence[Employee], role: Role | None) -> list[OpenedAccount]:
    """An account for each of ``employees`` under their number, or for none.

    Whoever leads a unit today gets the leader's role on it, everybody else ``role`` (``None``: none yet). Raises
    ``InvalidInput`` for somebody who has an account, has left, or whose number is taken as a user name.
    """
    day = today()
    _check(actor, employees, day)
    passwords = [initial_password() for _ in employees]
    accounts = [
        NewAccount(employee.number, employee.name, password, employee.unit.node)
        for employee, password in zip(employees, passwords, strict=True)
    ]
    with transaction.atomic():
        users = access.create_users(actor=actor, accounts=accounts)
        for employee, user in zip(employees, users, strict=True):
            link_user(actor=actor, employee=employee, user=user)
        led = _led(employees, day)
        opened = []
        for employee, user, password in zip(employees, users, passwords, strict=True):
            given = _give_roles(actor, user, led.get(employee.pk, []), role)
            opened.append(OpenedAccount(employee, user.username, password, given))
        auditing.record(
            actor=actor,
            action="people.accounts:open",
            target="people.employee:many",
            after={"count": len(opened), "role": role.code if role else None},
        )
    return opened


def give_leaders_their_role(*, actor: Actor) -> int:
    """The leader's role on their unit for every leader and deputy of today who has an account; how many got it."""
    authorise(actor, permissions.EMPLOYEE_MANAGE)
    with transaction.atomic():
        rows = arranging.leaders_without_role(today())
        role = _leader_role()
        for row in rows:
            assert row.employee.user is not None
            access.assign_role(actor=actor, user=row.employee.user, role=role, node=row.unit.node)
    return len(rows)


def _check(actor: Actor, employees: Sequence[Employee], day: date) -> None:
    if not employees:
        raise InvalidInput(_("请至少选择一名员工。"), field="employee")
    if len(employees) > MOST_AT_ONCE:
        raise InvalidInput(_("一次最多开通 %(n)d 个账号，请分批办理。") % {"n": MOST_AT_ONCE}, field="employee")
    for unit_id in {employee.unit_id for employee in employees}:
        authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=unit_id)
    for employee in employees:
        if employee.user_id is not None:
            raise InvalidInput(_("%(name)s 已有账号，请刷新页面。") % {"name": employee.name}, field="employee")
        if employee.left_on is not None and employee.left_on < day:
            raise InvalidInput(_("%(name)s 已离职，不能开通账号。") % {"name": employee.name}, field="employee")
    numbers = [employee.number.lower() for employee in employees]
    same = User.objects.annotate(low=Lower("username")).filter(low__in=numbers)
    taken = list(same.order_by("username").values_list("username", flat=True)[:10])
    if taken:
        raise InvalidInput(
            _("这些工号已被其他账号用作账号名，请单独为他们创建账号：%(names)s") % {"names": "、".join(taken)},
            field="employee",
        )


def _led(employees: Iterable[Employee], day: date) -> dict[int, list[Leadership]]:
    rows = Leadership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), employee__in=list(employees), starts_on__lte=day
    ).select_related("unit__node")
    found: dict[int, list[Leadership]] = {}
    for row in rows:
        found.setdefault(row.employee_id, []).append(row)
    return found


def _give_roles(actor: Actor, user: User, led: Sequence[Leadership], role: Role | None) -> list[str]:
    if led:
        leader = _leader_role()
        for row in led:
            access.assign_role(actor=actor, user=user, role=leader, node=row.unit.node)
        return [leader.name]
    if role is None:
        return []
    access.assign_role(actor=actor, user=user, role=role)
    return [role.name]


def _leader_role() -> Role:
    return Role.objects.get(code=arranging.LEADER_ROLE)
