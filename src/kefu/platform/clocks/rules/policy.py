"""What a policy version asks of a clock: target, warnings, reminders and levels of escalation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_STEPS = 10
LONGEST_TARGET = 366 * 86400
LONGEST_REMINDER = 3 * 366 * 86400


@dataclass(frozen=True, slots=True)
class Level:
    """One level of escalation: so much working time after the due instant, tell those who answer for ``audience``."""

    after_seconds: int
    audience: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one policy version, as a clock follows them.

    ``warn_percent`` (of the target, ascending) serve clocks with a target; ``remind_before`` (seconds before the due
    instant, descending) serve clocks with a given due instant. ``escalate`` ascends in time and serves both.
    ``target_seconds`` is ``None`` where the due instant is always given.
    """

    target_seconds: int | None
    warn_percent: tuple[int, ...] = ()
    remind_before: tuple[int, ...] = ()
    escalate: tuple[Level, ...] = ()

    def warn_thresholds(self, target_seconds: int) -> tuple[int, ...]:
        """After how many counted seconds each warning comes, rounded up to a whole second."""
        return tuple(-(-percent * target_seconds // 100) for percent in self.warn_percent)


def check_terms(terms: Terms) -> tuple[str, str]:
    """Which field of ``terms`` cannot be, and why: ``("warn_percent", "order")``; ``("", "")`` when all is well.

    Reasons: ``bounds``, ``order`` (not strictly ascending or descending), ``many`` and ``audience``.
    """
    if terms.target_seconds is not None and not 1 <= terms.target_seconds <= LONGEST_TARGET:
        return "target_seconds", "bounds"
    found = (
        _check("warn_percent", terms.warn_percent, 1, 99),
        _check("remind_before", terms.remind_before[::-1], 1, LONGEST_REMINDER),
        _check("escalate", [level.after_seconds for level in terms.escalate], 0, LONGEST_TARGET),
    )
    for field, reason in found:
        if reason:
            return field, reason
    if any(not level.audience.strip() for level in terms.escalate):
        return "escalate", "audience"
    return "", ""


def _check(field: str, ascending: Sequence[int], least: int, most: int) -> tuple[str, str]:
    if len(ascending) > MOST_STEPS:
        return field, "many"
    if any(not least <= value <= most for value in ascending):
        return field, "bounds"
    if any(a >= b for a, b in pairwise(ascending)):
        return field, "order"
    return field, ""
