"""Conditions on a row: the small language of ``when`` in a mapping.

A condition is a table; all its entries must hold. A list of tables holds when any of them does. The key is a column,
``@name`` for an instant or duration of the mapping, or ``$name`` for a field. The value is a text (equal), a list (any
of these) or a table of tests: ``eq``, ``not``, ``in``, ``gt``, ``ge``, ``lt``, ``le``, ``matches``, ``known``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Lookup = Callable[[str], str | float | None]
"""Gives the value behind a key: text of a column or field, number of an instant (s) or duration (s), None = unknown."""

TESTS = ("eq", "not", "in", "gt", "ge", "lt", "le", "matches", "known")
NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


class ConditionError(ValueError):
    """The condition is not written as it must be."""


def check(condition: Any, known_names: frozenset[str]) -> None:
    """Raise ``ConditionError`` when ``condition`` is malformed or names an instant, duration or field nobody declared."""
    if isinstance(condition, list):
        for part in condition:
            check(part, known_names)
        return
    if not isinstance(condition, Mapping):
        raise ConditionError("when must be a table or a list of tables")
    for key, test in condition.items():
        if key[:1] in "@$" and key not in known_names:
            raise ConditionError(f"{key} is not declared")
        if isinstance(test, Mapping):
            for name, operand in test.items():
                if name not in TESTS:
                    raise ConditionError(f"{key}: there is no test {name!r} (there are {', '.join(TESTS)})")
                if name in NUMERIC and not _is_number(operand):
                    raise ConditionError(f"{key}: {name} wants a number")
                if name == "matches":
                    try:
                        re.compile(str(operand))
                    except re.error as error:
                        raise ConditionError(f"{key}: {operand!r} is not a regular expression: {error}") from None


def holds(condition: Any, lookup: Lookup) -> bool:
    """Whether the row behind ``lookup`` meets ``condition``; an empty condition always holds."""
    if isinstance(condition, list):
        return any(holds(part, lookup) for part in condition)
    return all(_meets(lookup(key), test) for key, test in condition.items())


def columns(condition: Any) -> set[str]:
    """The columns that the condition reads."""
    if isinstance(condition, list):
        return set().union(*(columns(part) for part in condition))
    return {key for key in condition if key[:1] not in "@$"}


def _meets(value: str | float | None, test: Any) -> bool:
    if isinstance(test, Mapping):
        return all(_passes(value, name, operand) for name, operand in test.items())
    if isinstance(test, list):
        return any(_equal(value, one) for one in test)
    return _equal(value, test)


def _passes(value: str | float | None, name: str, operand: Any) -> bool:
    match name:
        case "known":
            return (value is not None and value != "") == bool(operand)
        case "eq":
            return _equal(value, operand)
        case "not":
            return not _meets(value, operand)
        case "in":
            return any(_equal(value, one) for one in operand)
        case "matches":
            return value is not None and re.search(str(operand), str(value)) is not None
    number = _number(value)
    return number is not None and NUMERIC[name](number, float(operand))


def _equal(value: str | float | None, operand: Any) -> bool:
    if value is None:
        return operand == ""
    if _is_number(operand):
        return _number(value) == float(operand)
    return str(value) == str(operand)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: str | float | None) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value)
    except ValueError:
        return None
