"""Given any chain and any people, nobody decides what they asked for or what concerns them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.approvals.choices import FactType, Mode, Operator, SeatState, StepState
from kefu.platform.approvals.rules import (
    AMOUNT,
    Condition,
    FactSpec,
    Rule,
    StepSpec,
    as_data,
    barred_from,
    choose,
    fault_of,
    from_data,
    holds,
    may_skip,
    outcome_of,
    seats_of,
)

PEOPLE = st.integers(1, 6)
PAIRS = st.sets(st.tuples(PEOPLE, PEOPLE).filter(lambda pair: pair[0] != pair[1]), max_size=8)
SPECS = {
    spec.code: spec
    for spec in (AMOUNT, FactSpec("days", "天数", FactType.NUMBER), FactSpec("fields", "项", FactType.LIST))
}


@given(requester=PEOPLE, subject=st.none() | PEOPLE, principals=st.lists(PEOPLE, unique=True), delegations=PAIRS)
def test_no_one_concerned_ever_sits_whoever_stands_in_for_whom(
    requester: int, subject: int | None, principals: list[int], delegations: set[tuple[int, int]]
) -> None:
    """``delegations`` pairs principal and deputy; the bar holds for both directions and for seats held for others."""
    alike = {
        person: {b for a, b in delegations if a == person} | {a for a, b in delegations if b == person}
        for person in range(1, 7)
    }
    concerned = {person for person in (requester, subject) if person is not None}
    barred = barred_from((requester, subject), alike)
    for person in range(1, 7):
        acts_for = {a for a, b in delegations if b == person}
        seats = seats_of(person, principals, acts_for, barred)
        if person in concerned:
            assert seats == ()
        for principal in seats:
            assert principal not in concerned
            assert principal == person or (principal, person) in delegations
            for one in concerned:
                assert (one, person) not in delegations
                assert (person, one) not in delegations
                assert (one, principal) not in delegations


@given(st.lists(st.sampled_from(list(SeatState)), max_size=6), st.sampled_from(list(Mode)))
def test_a_step_is_approved_only_by_somebody_s_word(seats: list[SeatState], mode: Mode) -> None:
    outcome = outcome_of(mode, seats)
    if outcome is StepState.APPROVED:
        assert SeatState.APPROVED in seats
        assert not {SeatState.DECLINED, SeatState.RETURNED} & set(seats)
        assert mode is Mode.ANY or SeatState.WAITING not in seats
    if SeatState.DECLINED in seats:
        assert outcome is StepState.DECLINED


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=6))
def test_somebody_else_always_decides_at_least_one_step(steps: list[tuple[bool, bool]]) -> None:
    decided = False
    for place, (skips, answers) in enumerate(steps):
        spec = StepSpec("leader", skips_requester=skips)
        later = len(steps) - place - 1
        if not may_skip(spec, requester_answers=answers, later_steps=later, decided_before=decided):
            decided = True
    assert decided


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("amount", Operator.GE, "5000"), True),
        (Condition("amount", Operator.GT, "5000"), False),
        (Condition("amount", Operator.LT, "5000.01"), True),
        (Condition("days", Operator.LE, "3"), True),
        (Condition("days", Operator.NE, "3"), False),
        (Condition("fields", Operator.HAS, "phone"), True),
        (Condition("fields", Operator.HAS_NOT, "phone"), False),
        (Condition("place", Operator.EQ, "outside"), True),
        (Condition("urgent", Operator.EQ, "是"), True),
        (Condition("unsaid", Operator.EQ, "x"), False),
        (Condition("unsaid", Operator.GT, "1"), False),
        (Condition("unsaid", Operator.NE, "x"), True),
    ],
)
def test_conditions(condition: Condition, expected: bool) -> None:
    facts: dict[str, Any] = {"days": 3, "fields": ["phone", "name"], "place": "outside", "urgent": True}
    assert holds(condition, Decimal("5000.00"), facts) is expected


def test_the_first_rule_that_holds_wins() -> None:
    rules = [
        Rule((StepSpec("upper_leader"),), "大额", (Condition("amount", Operator.GE, "5000"),)),
        Rule((StepSpec("people_officer"),), "中额", (Condition("amount", Operator.GE, "500"),)),
        Rule((StepSpec("leader"),)),
    ]
    assert [choose(rules, Decimal(amount), {}) for amount in (9000, 5000, 4999, 500, 1)] == [0, 0, 1, 1, 2]
    assert choose(rules, None, {}) == 2
    assert from_data(as_data(rules)) == tuple(rules)
    with pytest.raises(LookupError):
        choose(rules[:1], Decimal(1), {})


@pytest.mark.parametrize(
    "condition",
    [
        Condition("nothing", Operator.EQ, "1"),
        Condition("amount", Operator.HAS, "1"),
        Condition("amount", Operator.GT, "很多"),
        Condition("amount", Operator.GT, "NaN"),
        Condition("fields", Operator.GT, "1"),
        Condition("fields", Operator.HAS, ""),
    ],
)
def test_faulty_conditions_are_told(condition: Condition) -> None:
    assert fault_of(condition, SPECS)
