"""Who answers for a step: those whom the chain names, or the next level where none of them may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kefu.platform.access import queries as access
from kefu.platform.approvals.permissions import STEER

LEVELS = ("upper_leader", "people_officer", "role:manager", "role:admin")
"""Whom a step goes to when nobody answers for it, in this order; then whoever may steer requests."""
LAST_RESORT = "approvals.steering"


@dataclass(frozen=True, slots=True)
class Answer:
    """``named`` are those whom the chain names, ``people`` those who may decide, found under ``asked`` (empty code:
    nobody can at present)."""

    named: tuple[int, ...]
    people: tuple[int, ...]
    asked: str


def answer_for(
    who: str,
    *,
    node_id: int | None,
    user_id: int | None,
    barred: Collection[int],
    at: datetime,
    above: str = "",
) -> Answer:
    """Who answers for ``who``, without those who are barred; ``above`` is a level whose people are passed over.

    Deputies are left out: they act in the name of those who are found.
    """
    named = _found(who, node_id, user_id, at)
    levels = (who, *(level for level in LEVELS if level != who), LAST_RESORT)
    passed = set(barred)
    if above and above in levels:
        position = levels.index(above) + 1
        for level in levels[:position]:
            passed.update(_found(level, node_id, user_id, at))
        levels = levels[position:]
    for level in levels:
        people = tuple(person for person in _found(level, node_id, user_id, at) if person not in passed)
        if people:
            return Answer(named, people, level)
    return Answer(named, (), "")


def _found(code: str, node_id: int | None, user_id: int | None, at: datetime) -> tuple[int, ...]:
    if code == LAST_RESORT:
        return tuple(access.holders_of(STEER, node_id=node_id, at=at)) or tuple(
            access.holders_of(STEER, node_id=None, at=at)
        )
    try:
        return access.responsible_users(code, node_id=node_id, user_id=user_id, at=at, with_deputies=False)
    except KeyError:
        return ()
