"""The chain as its editor holds it: plain texts that may still be wrong, changed by buttons, kept in the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kefu.platform.approvals.choices import Mode, Operator
from kefu.platform.approvals.rules import MOST_CONDITIONS, MOST_RULES, MOST_STEPS, Condition, Rule, StepSpec


@dataclass(slots=True)
class DraftCondition:
    """A condition as typed."""

    field: str = ""
    operator: str = Operator.EQ.value
    value: str = ""


@dataclass(slots=True)
class DraftStep:
    """A step as chosen."""

    who: str = "leader"
    mode: str = Mode.ANY.value
    skips: bool = False


@dataclass(slots=True)
class DraftRule:
    """A rule as typed."""

    name: str = ""
    conditions: list[DraftCondition] = field(default_factory=list)
    steps: list[DraftStep] = field(default_factory=list)


Draft = list[DraftRule]


def from_rules(rules: Sequence[Rule]) -> Draft:
    """The chain in force, to be edited."""
    return [
        DraftRule(
            rule.name,
            [DraftCondition(c.field, c.operator.value, c.value) for c in rule.conditions],
            [DraftStep(s.who, s.mode.value, s.skips_requester) for s in rule.steps],
        )
        for rule in rules
    ]


def to_rules(draft: Draft) -> tuple[Rule, ...]:
    """The chain that the draft means; an operator or mode that is not known falls back to the usual one."""
    return tuple(
        Rule(
            name=rule.name.strip(),
            conditions=tuple(
                Condition(c.field, Operator(c.operator) if c.operator in Operator.values else Operator.EQ, c.value)
                for c in rule.conditions
            ),
            steps=tuple(
                StepSpec(s.who, Mode(s.mode) if s.mode in Mode.values else Mode.ANY, s.skips) for s in rule.steps
            ),
        )
        for rule in draft
    )


def read(post: Mapping[str, str]) -> Draft:
    """The draft from the fields of its form."""
    return [
        DraftRule(
            post.get(f"r{r}-name", "")[:100],
            [
                DraftCondition(
                    post.get(f"r{r}-c{c}-field", "")[:60],
                    post.get(f"r{r}-c{c}-op", "")[:10],
                    post.get(f"r{r}-c{c}-value", "").strip()[:100],
                )
                for c in range(_count(post, f"r{r}-conditions", MOST_CONDITIONS))
            ],
            [
                DraftStep(
                    post.get(f"r{r}-s{s}-who", "")[:100],
                    post.get(f"r{r}-s{s}-mode", "")[:10],
                    f"r{r}-s{s}-skips" in post,
                )
                for s in range(_count(post, f"r{r}-steps", MOST_STEPS))
            ],
        )
        for r in range(_count(post, "rules", MOST_RULES))
    ]


def change(draft: Draft, op: str) -> None:
    """What a button of the editor does: ``add_rule``, ``up:1``, ``drop_step:0:2`` …; anything else does nothing."""
    verb, *numbers = op.split(":")
    place = [int(number) for number in numbers if number.isdecimal() and len(number) < 4]
    if verb == "add_rule" and len(draft) < MOST_RULES:
        # The rule without conditions stays the last one.
        draft.insert(max(len(draft) - 1, 0), DraftRule("", [DraftCondition()], [DraftStep()]))
        return
    if not place or place[0] >= len(draft):
        return
    rule = draft[place[0]]
    if verb == "add_condition" and len(rule.conditions) < MOST_CONDITIONS:
        rule.conditions.append(DraftCondition())
    elif verb == "add_step" and len(rule.steps) < MOST_STEPS:
        rule.steps.append(DraftStep())
    elif verb == "drop_rule":
        draft.pop(place[0])
    elif verb == "up_rule":
        _up(draft, place[0])
    elif verb == "drop_condition" and _within(place, rule.conditions):
        rule.conditions.pop(place[1])
    elif verb == "drop_step" and _within(place, rule.steps):
        rule.steps.pop(place[1])
    elif verb == "up_step" and _within(place, rule.steps):
        _up(rule.steps, place[1])


def _up(items: list[Any], position: int) -> None:
    if position > 0:
        items[position - 1], items[position] = items[position], items[position - 1]


def _within(place: Sequence[int], items: Sequence[object]) -> bool:
    return len(place) > 1 and place[1] < len(items)


def _count(post: Mapping[str, str], name: str, most: int) -> int:
    given = post.get(name, "")
    return min(int(given), most) if given.isdecimal() and len(given) < 4 else 0
