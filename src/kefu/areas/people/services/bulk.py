"""Many people at once: an import, or the first day of a centre. A fixed number of statements, one audit entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.events import AgentsLinked, EmployeesEntered
from kefu.areas.people.models import Agent, Employee, Membership, Post, PostHolding, Unit
from kefu.areas.people.services.agents import ensure_agents
from kefu.areas.people.services.employees import check_unit, clean_phone
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access.services import authorise
from kefu.platform.outbox.services import publish
from kefu.platform.privacy.services import tokenise


@dataclass(frozen=True, slots=True)
class NewEmployee:
    """Somebody to be entered; ``agent`` is the name under which a telephone system knows them, if any."""

    number: str
    name: str
    unit: Unit
    hired_on: date
    post: Post | None = None
    phone: str = ""
    agent: str = ""


def enter_employees(*, actor: Actor, rows: Sequence[NewEmployee]) -> list[Employee]:
    """Enter all of ``rows``, or none. Raises ``InvalidInput`` for the first row that cannot be right.

    A login that belongs to somebody else is refused with ``Conflict``: its owner's history would change hands.
    """
    for unit_id in {row.unit.pk for row in rows}:
        authorise(actor, permissions.EMPLOYEE_MANAGE, node_id=unit_id)
        if any(row.agent for row in rows if row.unit.pk == unit_id):
            authorise(actor, permissions.AGENT_MANAGE, node_id=unit_id)
    phones = [_checked(row) for row in rows]
    with transaction.atomic():
        tokens = tokenise("phone", [phone for phone in phones if phone])
        try:
            with transaction.atomic():
                people = Employee.objects.bulk_create(
                    [
                        Employee(
                            number=row.number.strip(),
                            name=row.name.strip()[:64],
                            name_key=rules.name_key(row.name),
                            initials=rules.initials(row.name),
                            unit=row.unit,
                            post=row.post,
                            phone_token=tokens[phone] if phone else None,
                            hired_on=row.hired_on,
                        )
                        for row, phone in zip(rows, phones, strict=True)
                    ]
                )
        except IntegrityError as error:
            raise InvalidInput(_("有工号已被使用或重复，请检查后重试。"), field="number") from error
        Membership.objects.bulk_create(
            [Membership(employee=person, unit_id=person.unit_id, starts_on=person.hired_on) for person in people]
        )
        PostHolding.objects.bulk_create(
            [
                PostHolding(employee=person, post_id=person.post_id, starts_on=person.hired_on)
                for person in people
                if person.post_id
            ]
        )
        _link({row.agent: person for row, person in zip(rows, people, strict=True) if row.agent})
        auditing.record(
            actor=actor,
            action="people.employee:enter",
            target="people.employee:many",
            after={"count": len(people), "numbers": [person.number for person in people][:1000]},
        )
        publish(EmployeesEntered([person.pk for person in people]))
    return people


def _checked(row: NewEmployee) -> str:
    """The phone number to store; raises ``InvalidInput`` for whatever is wrong with the row."""
    if not rules.is_code(row.number.strip()):
        raise InvalidInput(_("工号“%(number)s”格式不对。") % {"number": row.number}, field="number")
    if not row.name.strip():
        raise InvalidInput(_("请填写姓名。"), field="name")
    check_unit(row.unit, row.hired_on)
    return clean_phone(row.phone)


def _link(owners: dict[str, Employee]) -> None:
    if not owners:
        return
    ensure_agents(owners)
    agents = list(Agent.objects.select_for_update().filter(code__in=owners))
    for agent in agents:
        if agent.employee_id is not None:
            raise Conflict(_("坐席工号“%(code)s”已属于其他员工，请先解除关联。") % {"code": agent.code})
        agent.employee = owners[agent.code]
    Agent.objects.bulk_update(agents, ["employee"])
    publish(AgentsLinked([agent.pk for agent in agents]))
