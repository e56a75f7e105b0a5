"""Pure: finding a value in texts however it is written, and putting a mark in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kefu.platform.privacy.choices import Kind
from kefu.platform.privacy.markers import WORD
from kefu.platform.privacy.registry import Value

_SPACER = r"[ \-]?"
_DIGITS = frozenset({Kind.PHONE.value, Kind.ID_NUMBER.value})


def pattern_of(value: Value) -> str:
    """A regular expression, for Python and PostgreSQL alike, that finds the value and nothing longer.

    Numbers are found with spaces or hyphens between their digits and with the country's prefix, never inside a longer
    number; other texts as they are.
    """
    text = value.text
    if value.kind in _DIGITS:
        core = _SPACER.join(re.escape(sign) for sign in text)
        prefix = rf"(?:\+?86{_SPACER})?" if value.kind == Kind.PHONE else ""
        return rf"(?<![0-9]){prefix}{core}(?![0-9])"
    if re.fullmatch(r"[\w.@+\-]+", text, re.ASCII):
        return rf"(?<![A-Za-z0-9_]){re.escape(text)}(?![A-Za-z0-9_])"
    return re.escape(text)


class Finder:
    """Looks for any of some values."""

    def __init__(self, values: Sequence[Value]) -> None:
        self.values = [value for value in values if value.text and not value.is_shared]
        self.sql = "|".join(pattern_of(value) for value in self.values)
        self._each = [(re.compile(pattern_of(value), re.IGNORECASE), value.marker) for value in self.values]

    def __bool__(self) -> bool:
        return bool(self.values)

    def is_in(self, text: str) -> bool:
        """Whether one of them is in the text."""
        return any(each.search(text) for each, _marker in self._each)

    def first(self, text: str, after: int = 0) -> tuple[int, int, str] | None:
        """Where the first of them begins and ends from ``after`` on, and its marker."""
        found = [(match.start(), match.end(), mark) for each, mark in self._each if (match := each.search(text, after))]
        return min(found, default=None)

    def replaced(self, text: str) -> str:
        """The text with "已删除" in their place."""
        for each, _marker in self._each:
            text = each.sub(WORD, text)
        return text

    def replaced_in(self, value: Any) -> Any:
        """The same for everything in a JSON value, keys included."""
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            text = self.replaced(str(value))
            return value if text == str(value) else text
        if isinstance(value, list):
            return [self.replaced_in(each) for each in value]
        if isinstance(value, dict):
            return {self.replaced(str(key)): self.replaced_in(each) for key, each in value.items()}
        return value
