"""Writes to employees: joining, changing, moving on, leaving. History is only ever added to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.events import EmployeeJoined, EmployeeLeft, EmployeeTransferred
from kefu.areas.people.models import Employee, Leadership, Membership, Post, PostHolding, Unit
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access import services as access
from kefu.platform.access.models import User
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.outbox.services import publish
from kefu.platform.privacy.services import tokenise


def _system(actor: Actor, what: str) -> Actor:
    return Actor.system(f"{what} by {actor.label}")


def _locked(employee: Employee) -> Employee:
    locked = Employee.objects.select_for_update(of=("self",)).select_related("user").filter(pk=employee.pk).first()
    if locked is None:
        raise NotFound(_("没有这名员工，请刷新后重试。"))
    return locked


def clean_phone(phone: str) -> str:
    """The digits of a phone number, "" for none. Raises ``InvalidInput`` for what cannot be a number."""
    digits = phone.strip().replace(" ", "").replace("-", "")
    if digits and (not digits.lstrip("+").isdigit() or not 5 <= len(digits) <= 20):
        raise InvalidInput(_("电话号码只能由 5–20 位数字组成。"), field="phone")
    return digits


def phone_token(phone: str) -> bytes | None:
    """Put a phone number into the vault; ``None`` for none."""
    digits = clean_phone(phone)
    return bytes(tokenise("phone", [digits])[digits]) if digits else None


def check_unit(unit: Unit, day: date) -> None:
    """Raises ``InvalidInput`` when nobody can belong to the unit on that day."""
    if unit.ends_on is not None and unit.ends_on <= day:
        raise InvalidInput(_("“%(name)s”当天已撤销，请另选单位。") % {"name": unit.name}, field="unit")


def create_employee(
    *,
    actor: Actor,
    number: str,
    name: str,
    unit: Unit,
    hired_on: date,
    post: Post | None = None,
    phone: str = "",
    user: User | None = None,
) -> Employee:
    """Somebody joins: a member of ``unit`` from the first day.

    Raises ``InvalidInput`` for a malformed or taken number, an empty name, a bad phone number, a closed unit.
    """
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=unit.pk)
    number, name = number.strip(), name.strip()
    if not rules.is_code(number):
        raise InvalidInput(_("工号须以字母或数字开头，只含字母、数字和 . _ -，最多 40 个字符。"), field="number")
    if not name:
        raise InvalidInput(_("请填写姓名。"), field="name")
    check_unit(unit, hired_on)
    if post is not None and not post.is_active:
        raise InvalidInput(_("岗位“%(name)s”已停用，请另选岗位。") % {"name": post.name}, field="post")
    with transaction.atomic():
        token = phone_token(phone)
        try:
            with transaction.atomic():
                employee = Employee.objects.create(
                    number=number,
                    name=name[:64],
                    name_key=rules.name_key(name),
                    initials=rules.initials(name),
                    unit=unit,
                    post=post,
                    phone_token=token,
                    hired_on=hired_on,
                    user=user,
                )
        except IntegrityError as error:
            if user is not None and Employee.objects.filter(user=user).exists():
                raise InvalidInput(_("该账号已关联其他员工。"), field="user") from error
            raise InvalidInput(_("工号“%(number)s”已被使用。") % {"number": number}, field="number") from error
        Membership.objects.create(employee=employee, unit=unit, starts_on=hired_on)
        if post is not None:
            PostHolding.objects.create(employee=employee, post=post, starts_on=hired_on)
        _follow(actor, employee)
        auditing.record(
            actor=actor,
            action="people.employee:create",
            target=f"people.employee:{employee.pk}",
            after=_snapshot(employee),
            node_id=unit.pk,
        )
        publish(EmployeeJoined(employee.pk, unit.pk, hired_on.isoformat()))
    return employee


def update_employee(*, actor: Actor, employee: Employee, name: str, phone: str | None = None) -> Employee:
    """Correct name or phone (``None``: leave the number as it is; empty: remove it)."""
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=employee.unit_id)
    name = name.strip()
    if not name:
        raise InvalidInput(_("请填写姓名。"), field="name")
    with transaction.atomic():
        locked = _locked(employee)
        authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=locked.unit_id)
        before = _snapshot(locked)
        locked.name, locked.name_key, locked.initials = name[:64], rules.name_key(name), rules.initials(name)
        if phone is not None:
            locked.phone_token = phone_token(phone)
        locked.save(update_fields=["name", "name_key", "initials", "phone_token"])
        if locked.user is not None and locked.user.display_name != locked.name:
            access.update_user(
                actor=_system(actor, "people.employee:update"), user=locked.user, display_name=locked.name
            )
        auditing.record(
            actor=actor,
            action="people.employee:update",
            target=f"people.employee:{locked.pk}",
            before=before,
            after=_snapshot(locked),
            node_id=locked.unit_id,
        )
    return locked


def transfer_employee(*, actor: Actor, employee: Employee, unit: Unit, starts_on: date | None = None) -> Membership:
    """Let somebody belong to ``unit`` from ``starts_on`` (default: today); the time before stays as it was.

    Raises ``InvalidInput`` for a day before the first one or a closed unit, ``Conflict`` when a later change is on
    file or they are there already.
    """
    start = starts_on or today()
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=employee.unit_id)
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=unit.pk)
    check_unit(unit, start)
    with transaction.atomic():
        locked = _locked(employee)
        if locked.left_on is not None:
            raise Conflict(_("%(name)s 已办理离职，不能调动。") % {"name": locked.name})
        stays = list(Membership.objects.select_for_update().filter(employee=locked).order_by("starts_on"))
        fault = rules.transfer_fault(
            (rules.Stay(stay.unit_id, stay.starts_on, stay.ends_on) for stay in stays), unit.pk, start, locked.hired_on
        )
        if fault == "early":
            raise InvalidInput(_("生效日期早于入职日期，请改为入职之后。"), field="starts_on")
        if fault == "planned":
            raise Conflict(_("已有更晚生效的调动，请先撤销那次调动。"))
        if fault == "same":
            raise Conflict(_("%(name)s 当天已在“%(unit)s”。") % {"name": locked.name, "unit": unit.name})
        current = stays[-1] if stays else None
        if current is not None:
            if current.starts_on == start:
                current.delete()
            else:
                current.ends_on = start
                current.save(update_fields=["ends_on"])
        membership = Membership.objects.create(employee=locked, unit=unit, starts_on=start)
        before = locked.unit_id
        if start <= today():
            locked.unit = unit
            locked.save(update_fields=["unit"])
            _follow(actor, locked)
        auditing.record(
            actor=actor,
            action="people.employee:transfer",
            target=f"people.employee:{locked.pk}",
            before={"unit": before},
            after={"unit": unit.pk, "starts_on": start.isoformat()},
            node_id=unit.pk,
        )
        publish(EmployeeTransferred(locked.pk, before, unit.pk, start.isoformat()))
    return membership


def record_leaving(*, actor: Actor, employee: Employee, left_on: date | None = None) -> Employee:
    """Record the last day of work (default: today). From the next day on the account is closed.

    Memberships and leaderships end; nothing of the past disappears.
    """
    last = left_on or today()
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=employee.unit_id)
    if employee.user_id is not None and employee.user_id == actor.user_id:
        raise Conflict(_("不能为自己办理离职，请由他人办理。"))
    with transaction.atomic():
        locked = _locked(employee)
        if locked.left_on is not None:
            raise Conflict(_("%(name)s 已办理离职。") % {"name": locked.name})
        if last < locked.hired_on:
            raise InvalidInput(_("离职日期早于入职日期，请更正。"), field="left_on")
        end = last + timedelta(days=1)
        if Membership.objects.filter(employee=locked, starts_on__gte=end).exists():
            raise Conflict(_("离职日之后还有调动，请先撤销那次调动。"))
        locked.left_on = last
        locked.save(update_fields=["left_on"])
        Membership.objects.filter(employee=locked, ends_on__isnull=True).update(ends_on=end)
        PostHolding.objects.filter(employee=locked, starts_on__gte=end).delete()
        PostHolding.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=end), employee=locked).update(ends_on=end)
        Leadership.objects.filter(employee=locked, ends_on__isnull=True, starts_on__gte=end).delete()
        Leadership.objects.filter(employee=locked, ends_on__isnull=True).update(ends_on=end)
        if end <= today() and locked.user is not None and locked.user.is_active:
            access.set_user_active(actor=_system(actor, "people.employee:leave"), user=locked.user, is_active=False)
        auditing.record(
            actor=actor,
            action="people.employee:leave",
            target=f"people.employee:{locked.pk}",
            after={"left_on": last.isoformat()},
            node_id=locked.unit_id,
        )
        publish(EmployeeLeft(locked.pk, last.isoformat()))
    return locked


def link_user(*, actor: Actor, employee: Employee, user: User | None) -> Employee:
    """Say which account is this person's (``None``: none). The account's home is their unit from then on.

    Whoever links an account hands it the reach of that unit, so account rights are needed as well.
    """
    authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=employee.unit_id)
    if user is not None:
        authorise(actor, "access.user:manage", node_id=user.home_node_id)
        authorise(actor, "access.user:manage", node_id=employee.unit_id)
    with transaction.atomic():
        locked = _locked(employee)
        before = locked.user_id
        locked.user = user
        try:
            with transaction.atomic():
                locked.save(update_fields=["user"])
        except IntegrityError as error:
            raise InvalidInput(_("该账号已关联其他员工。"), field="user") from error
        _follow(actor, locked)
        auditing.record(
            actor=actor,
            action="people.employee:link",
            target=f"people.employee:{locked.pk}",
            before={"user": before},
            after={"user": user.pk if user else None},
            node_id=locked.unit_id,
        )
    return locked


def _follow(actor: Actor, employee: Employee) -> None:
    """The account's home node is the unit."""
    if employee.user is not None and employee.user.home_node_id != employee.unit_id:
        access.set_home_node(actor=_system(actor, "people.employee"), user=employee.user, node=employee.unit.node)


def _snapshot(employee: Employee) -> dict[str, Any]:
    """What the audit keeps of an employee: the name and the phone only as digests."""
    return {
        "number": employee.number,
        "name": auditing.digest(employee.name),
        "unit": employee.unit_id,
        "post": employee.post_id,
        "phone": bytes(employee.phone_token).hex() if employee.phone_token else None,
        "hired_on": employee.hired_on.isoformat(),
    }
