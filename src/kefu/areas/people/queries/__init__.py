"""Reads of the people room."""

from kefu.areas.people.queries.agents import (
    Person,
    agents_by_id,
    agents_of_user,
    agents_visible_to,
    team_history,
    team_on,
)
from kefu.areas.people.queries.employees import (
    employee_of_user,
    employees,
    employees_of_unit,
    memberships_of,
    node_of_user,
)
from kefu.areas.people.queries.units import (
    Branch,
    leader_on,
    leaders_of,
    members_on,
    parents_of,
    unit_by_code,
    unit_names,
    unit_tree,
    units_visible_to,
)

__all__ = [
    "Branch",
    "Person",
    "agents_by_id",
    "agents_of_user",
    "agents_visible_to",
    "employee_of_user",
    "employees",
    "employees_of_unit",
    "leader_on",
    "leaders_of",
    "members_on",
    "memberships_of",
    "node_of_user",
    "parents_of",
    "team_history",
    "team_on",
    "unit_by_code",
    "unit_names",
    "unit_tree",
    "units_visible_to",
]
