"""What the kinds of contract ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from kefu.areas.people.choices import ContractKind

EMPLOYING = frozenset(
    {
        ContractKind.FIXED.value,
        ContractKind.OPEN.value,
        ContractKind.TASK.value,
        ContractKind.SEASONAL.value,
        ContractKind.DISPATCH.value,
        ContractKind.INTERN.value,
        ContractKind.SERVICE.value,
    }
)
"""Those under which somebody works: of them one runs at a time."""

WITH_END = frozenset({ContractKind.FIXED.value, ContractKind.SEASONAL.value, ContractKind.DISPATCH.value})
"""Those that need a last day."""


class Span(NamedTuple):
    """When a contract runs; ``last`` is ``None`` for one without end."""

    first: date
    last: date | None


def contract_fault(kind: str, span: Span, others: Iterable[Span]) -> str:
    """What is wrong with a contract beside those that somebody has: ``end``, ``endless``, ``order``, ``overlap``, or none.

    ``others`` are the spans of the contracts of employment that were not ended.
    """
    if kind in WITH_END and span.last is None:
        return "end"
    if kind == ContractKind.OPEN and span.last is not None:
        return "endless"
    if span.last is not None and span.last < span.first:
        return "order"
    if kind in EMPLOYING and any(_meet(span, other) for other in others):
        return "overlap"
    return ""


def _meet(one: Span, other: Span) -> bool:
    return (other.last is None or one.first <= other.last) and (one.last is None or other.first <= one.last)
