"""``{% load people_paper %}``: forms on paper have empty lines, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def padded(rows: Iterable[Any] | None, least: int) -> list[Any]:
    """The rows, and empty ones until there are ``least``."""
    found = list(rows or ())
    return found + [None] * (int(least) - len(found))
