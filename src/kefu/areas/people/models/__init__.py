"""The nouns of the people room."""

from kefu.areas.people.models.agent import Agent
from kefu.areas.people.models.employee import Employee, Membership
from kefu.areas.people.models.unit import Leadership, Unit

__all__ = ["Agent", "Employee", "Leadership", "Membership", "Unit"]
