"""Pure decisions: which route a request takes, who may sit on a step, what a step amounts to."""

from kefu.platform.approvals.rules.conditions import AMOUNT, FactSpec, fault_of, holds, operators_of, read_value
from kefu.platform.approvals.rules.deciding import barred_from, outcome_of, seats_of
from kefu.platform.approvals.rules.routes import (
    MOST_CONDITIONS,
    MOST_RULES,
    MOST_STEPS,
    Condition,
    Rule,
    StepSpec,
    as_data,
    choose,
    from_data,
    may_skip,
    number_of,
)

__all__ = [
    "AMOUNT",
    "MOST_CONDITIONS",
    "MOST_RULES",
    "MOST_STEPS",
    "Condition",
    "FactSpec",
    "Rule",
    "StepSpec",
    "as_data",
    "barred_from",
    "choose",
    "fault_of",
    "from_data",
    "holds",
    "may_skip",
    "number_of",
    "operators_of",
    "outcome_of",
    "read_value",
    "seats_of",
]
