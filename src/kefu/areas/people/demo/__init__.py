"""The people of the demonstration centre, and what they have done."""

from kefu.areas.people.demo.organisation import FOUNDED_BEFORE, LOGINS, PASSWORD, ROLES, Built, Office, TeamPlan, build

__all__ = ["FOUNDED_BEFORE", "LOGINS", "PASSWORD", "ROLES", "Built", "Office", "TeamPlan", "build"]
