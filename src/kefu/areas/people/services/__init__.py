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
from kefu.areas.people.services.establishment import save_ratio_rule, set_headcount
from kefu.areas.people.services.posts import assign_post, require_skills, save_post, set_post_active
from kefu.areas.people.services.standard import install_standard
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
    "assign_post",
    "bring_up_to_date",
    "clean_phone",
    "close_unit",
    "create_employee",
    "create_unit",
    "end_leadership",
    "ensure_agents",
    "enter_employees",
    "install_standard",
    "link_agent",
    "link_user",
    "move_unit",
    "record_leaving",
    "require_skills",
    "save_post",
    "save_ratio_rule",
    "set_agent_active",
    "set_headcount",
    "set_post_active",
    "transfer_employee",
    "update_agent",
    "update_employee",
    "update_unit",
]
