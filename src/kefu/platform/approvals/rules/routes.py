"""Chains as values: ordered rules with conditions and steps; the first rule that holds says the route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kefu.platform.approvals.choices import Mode, Operator

MOST_RULES, MOST_STEPS, MOST_CONDITIONS = 20, 8, 8


@dataclass(frozen=True, slots=True)
class Condition:
    """``field`` (``amount`` or a fact of the kind) compared with ``value``, which is kept as text."""

    field: str
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step of a route: who answers for it, whether any one or all of them, and whether it is left out when the
    requester is one of them."""

    who: str
    mode: Mode = Mode.ANY
    skips_requester: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """When all ``conditions`` hold, the request goes through ``steps`` in order; without conditions it always does."""

    steps: tuple[StepSpec, ...]
    name: str = ""
    conditions: tuple[Condition, ...] = ()


def choose(rules: Sequence[Rule], amount: Decimal | None, facts: Mapping[str, Any]) -> int:
    """The position of the first rule whose conditions all hold; raises ``LookupError`` when none does."""
    from kefu.platform.approvals.rules.conditions import holds

    for position, rule in enumerate(rules):
        if all(holds(condition, amount, facts) for condition in rule.conditions):
            return position
    raise LookupError("no rule holds")


def may_skip(step: StepSpec, *, requester_answers: bool, later_steps: int, decided_before: bool) -> bool:
    """Whether the step is left out because the requester answers for it; somebody else decides at least one step."""
    return step.skips_requester and requester_answers and (decided_before or later_steps > 0)


def as_data(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The chain as JSON-able values."""
    return [
        {
            "name": rule.name,
            "when": [[c.field, c.operator.value, c.value] for c in rule.conditions],
            "steps": [[s.who, s.mode.value, s.skips_requester] for s in rule.steps],
        }
        for rule in rules
    ]


def from_data(data: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The chain from ``as_data``; raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
    return tuple(
        Rule(
            name=str(each["name"]),
            conditions=tuple(Condition(str(f), Operator(o), str(v)) for f, o, v in each["when"]),
            steps=tuple(StepSpec(str(w), Mode(m), bool(s)) for w, m, s in each["steps"]),
        )
        for each in data
    )


def number_of(day: date, sequence: int) -> str:
    """The public number: ``A20261121-000042``; the running part begins again after 999,999."""
    return f"A{day:%Y%m%d}-{sequence:06d}"
