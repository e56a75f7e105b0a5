"""Writes to agents: they appear when a telephone system names them, people say whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions
from kefu.areas.people.events import AgentLinked, AgentsLinked
from kefu.areas.people.models import Agent, Employee
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.outbox.services import publish


def ensure_agents(names: Iterable[str]) -> dict[str, int]:
    """Name → agent id for each of ``names``; unknown ones are created without an owner. Empty names are left out.

    Safe under concurrency. Not audited: it only repeats what the telephone system says.
    """
    wanted = sorted({name[:120] for name in names if name})
    known = dict(Agent.objects.filter(code__in=wanted).values_list("code", "pk"))
    missing = [name for name in wanted if name not in known]
    if missing:
        Agent.objects.bulk_create([Agent(code=name) for name in missing], ignore_conflicts=True)
        known.update(Agent.objects.filter(code__in=missing).values_list("code", "pk"))
    return known


def _locked(agent: Agent) -> Agent:
    locked = Agent.objects.select_for_update(of=("self",)).select_related("employee").filter(pk=agent.pk).first()
    if locked is None:
        raise NotFound(_("没有这个坐席工号，请刷新后重试。"))
    return locked


def _unit_of(agent: Agent) -> int | None:
    return agent.employee.unit_id if agent.employee else None


def link_agent(*, actor: Actor, agent: Agent, employee: Employee | None) -> Agent:
    """Say whose login this is (``None``: nobody's). Calls of the past follow the owner of their day's team."""
    with transaction.atomic():
        locked = _locked(agent)
        authorise(actor, permissions.AGENT_MANAGE, node_id=_unit_of(locked))
        if employee is not None:
            authorise(actor, permissions.AGENT_MANAGE, node_id=employee.unit_id)
        before = locked.employee_id
        if before == (employee.pk if employee else None):
            return locked
        locked.employee = employee
        locked.save(update_fields=["employee"])
        auditing.record(
            actor=actor,
            action="people.agent:link",
            target=f"people.agent:{locked.pk}",
            before={"employee": before},
            after={"employee": employee.pk if employee else None},
            node_id=_unit_of(locked),
        )
        publish(AgentLinked(locked.pk, employee.pk if employee else None))
    return locked


def link_agents(*, actor: Actor, owners: Mapping[int, Employee]) -> int:
    """Say whose many logins are (agent id → employee), all or none; how many changed.

    Raises ``Conflict`` when one of them has been given to somebody else meanwhile.
    """
    with transaction.atomic():
        agents = list(
            Agent.objects.select_for_update(of=("self",)).filter(pk__in=list(owners)).select_related("employee")
        )
        changed = []
        for agent in agents:
            owner = owners[agent.pk]
            authorise(actor, permissions.AGENT_MANAGE, node_id=_unit_of(agent))
            authorise(actor, permissions.AGENT_MANAGE, node_id=owner.unit_id)
            if agent.employee_id == owner.pk:
                continue
            if agent.employee_id is not None:
                raise Conflict(_("坐席工号“%(code)s”已属于其他员工，请先解除关联。") % {"code": agent.code})
            agent.employee = owner
            changed.append(agent)
            auditing.record(
                actor=actor,
                action="people.agent:link",
                target=f"people.agent:{agent.pk}",
                before={"employee": None},
                after={"employee": owner.pk},
                node_id=owner.unit_id,
            )
        Agent.objects.bulk_update(changed, ["employee"])
        if changed:
            publish(AgentsLinked([agent.pk for agent in changed]))
    return len(changed)


def update_agent(*, actor: Actor, agent: Agent, name: str) -> Agent:
    """Change the name shown for this login."""
    if len(name.strip()) > 80:
        raise InvalidInput(_("显示名称最多 80 个字符。"), field="name")
    with transaction.atomic():
        locked = _locked(agent)
        authorise(actor, permissions.AGENT_MANAGE, node_id=_unit_of(locked))
        before, locked.name = locked.name, name.strip()
        locked.save(update_fields=["name"])
        auditing.record(
            actor=actor,
            action="people.agent:update",
            target=f"people.agent:{locked.pk}",
            before={"name": auditing.digest(before)},
            after={"name": auditing.digest(locked.name)},
            node_id=_unit_of(locked),
        )
    return locked


def set_agent_active(*, actor: Actor, agent: Agent, is_active: bool) -> Agent:
    """Retire a login, or take it into use again. Its calls stay."""
    with transaction.atomic():
        locked = _locked(agent)
        authorise(actor, permissions.AGENT_MANAGE, node_id=_unit_of(locked))
        locked.is_active = is_active
        locked.save(update_fields=["is_active"])
        auditing.record(
            actor=actor,
            action="people.agent:reopen" if is_active else "people.agent:retire",
            target=f"people.agent:{locked.pk}",
            after={"is_active": is_active},
            node_id=_unit_of(locked),
        )
    return locked
