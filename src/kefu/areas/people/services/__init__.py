"""Writes of the people room."""

from kefu.areas.people.services.agents import ensure_agents, link_agent, set_agent_active, update_agent
from kefu.areas.people.services.bulk import NewEmployee, enter_employees
from kefu.areas.people.services.daily import bring_up_to_date
from kefu.areas.people.services.employees import (
    clean_phone,
    create_employee,
    link_user,
    record_leaving,
    transfer_employee,
    update_employee,
)
from kefu.areas.people.services.units import (
    appoint,
    close_unit,
    create_unit,
    end_leadership,
    move_unit,
    update_unit,
)

__all__ = [
    "NewEmployee",
    "appoint",
    "bring_up_to_date",
    "clean_phone",
    "close_unit",
    "create_employee",
    "create_unit",
    "end_leadership",
    "ensure_agents",
    "enter_employees",
    "link_agent",
    "link_user",
    "move_unit",
    "record_leaving",
    "set_agent_active",
    "transfer_employee",
    "update_agent",
    "update_employee",
    "update_unit",
]
