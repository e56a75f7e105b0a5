"""Spelling, states, and what a change of unit may do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.people.choices import EmployeeState
from kefu.areas.people.rules import Stay, initials, is_code, name_key, state_on, transfer_fault

MARCH = date(2026, 3, 1)


def test_a_name_sorts_by_its_pinyin() -> None:
    assert name_key("张伟") == "zhang wei"
    assert initials("张伟") == "zw"
    assert name_key(" Li Lei ") == "li lei"
    assert sorted(["张伟", "安妮", "李雷"], key=name_key) == ["安妮", "李雷", "张伟"]


@given(st.text(max_size=64))
def test_any_name_has_a_key(name: str) -> None:
    assert len(name_key(name)) <= 160
    assert len(initials(name)) <= 32


@pytest.mark.parametrize(
    ("text", "good"), [("K001", True), ("a.b-c_1", True), ("", False), ("-x", False), ("工1", False)]
)
def test_codes(text: str, good: bool) -> None:
    assert is_code(text) is good


def test_the_last_day_is_a_day_of_work() -> None:
    assert state_on(date(2026, 2, 28), MARCH, None) is EmployeeState.COMING
    assert state_on(MARCH, MARCH, date(2026, 3, 5)) is EmployeeState.EMPLOYED
    assert state_on(date(2026, 3, 5), MARCH, date(2026, 3, 5)) is EmployeeState.EMPLOYED
    assert state_on(date(2026, 3, 6), MARCH, date(2026, 3, 5)) is EmployeeState.LEFT


@pytest.mark.parametrize(
    ("unit", "day", "fault"),
    [
        (2, date(2026, 2, 1), "early"),
        (2, date(2026, 3, 15), "planned"),
        (9, date(2026, 4, 1), "same"),
        (2, date(2026, 4, 1), None),
        (8, date(2026, 5, 1), None),
    ],
)
def test_what_stands_in_the_way_of_a_transfer(unit: int, day: date, fault: str | None) -> None:
    stays = [Stay(8, MARCH, date(2026, 4, 1)), Stay(9, date(2026, 4, 1), None)]
    assert transfer_fault(stays, unit, day, hired_on=MARCH) == fault
