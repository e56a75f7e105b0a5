"""Conditions on a row: the small language of ``when`` in a mapping.

A condition is a table; all its entries must hold. A list of tables holds when any of them does. The key is a column,
``@name`` for an instant or duration of the mapping, or ``$name`` for a field. The value is a text (equal), a list (any
of these) or a table of tests: ``eq``, ``not``, ``in``, ``gt``, ``ge``, ``lt``, ``le``, ``matches``, ``known``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Value = str | float | None
Tester = Callable[[Value], bool]
Lookup = Callable[[str], Value]
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


class Condition:
    """A condition made ready to be asked of many rows. Equal to another when it is written the same."""

    __slots__ = ("_ways", "document")

    def __init__(self, document: Any) -> None:
        self.document = document
        ways = document if isinstance(document, list) else [document]
        self._ways = [[(key, _tester(test)) for key, test in way.items()] for way in ways]

    def __bool__(self) -> bool:
        return bool(self.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.document == other.document

    def __hash__(self) -> int:
        return hash(repr(self.document))

    def holds(self, lookup: Lookup) -> bool:
        """Whether the row behind ``lookup`` meets the condition; an empty one always holds."""
        for way in self._ways:
            for key, test in way:
                if not test(lookup(key)):
                    break
            else:
                return True
        return False

    def columns(self) -> set[str]:
        """The columns that the condition reads."""
        return {key for way in self._ways for key, _test in way if key[:1] not in "@$"}


def _tester(test: Any) -> Tester:
    """Whether a value passes ``test`` (text, number, list or table of tests)."""
    if isinstance(test, Mapping):
        return _all([_named(name, operand) for name, operand in test.items()])
    if isinstance(test, list):
        return _any([_equals(one) for one in test])
    return _equals(test)


def _named(name: str, operand: Any) -> Tester:
    match name:
        case "known":
            wanted = bool(operand)
            return lambda value: (value is not None and value != "") == wanted
        case "eq":
            return _equals(operand)
        case "not":
            passes = _tester(operand)
            return lambda value: not passes(value)
        case "in":
            return _any([_equals(one) for one in operand])
        case "matches":
            search = re.compile(str(operand)).search
            return lambda value: value is not None and search(str(value)) is not None
    compare, limit = NUMERIC[name], float(operand)

    def compares(value: Value) -> bool:
        number = _number(value)
        return number is not None and compare(number, limit)

    return compares


def _all(tests: list[Tester]) -> Tester:
    return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)


def _any(tests: list[Tester]) -> Tester:
    return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)


def _equals(operand: Any) -> Tester:
    text = str(operand)
    is_blank = operand == ""
    if not _is_number(operand):
        return lambda value: is_blank if value is None else str(value) == text
    wanted = float(operand)
    return lambda value: value is not None and _number(value) == wanted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Value) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value)
    except ValueError:
        return None
