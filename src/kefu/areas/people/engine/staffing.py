"""Plan and actual of a tree of units, and the staffing rules that are broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

PER, MINIMUM, ON_DUTY = "per", "minimum", "on_duty"
Counts = Counter[tuple[int, int]]
"""(unit, post) → people."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in the tree of a day."""

    unit_id: int
    parent_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A staffing rule; see ``models.RatioRule``."""

    rule_id: int
    kind: str
    basis: str
    level: str
    posts: frozenset[int]
    base_posts: frozenset[int]
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule in a unit: how many there are and how many it takes. ``base`` is the number served."""

    rule_id: int
    unit_id: int
    have: int
    need: int
    base: int

    @property
    def is_broken(self) -> bool:
        """Whether there are too few."""
        return self.have < self.need


def rolled_up(places: Iterable[Place], counts: Mapping[tuple[int, int], int]) -> Counts:
    """The counts of each unit with all units below it; a place whose parent is not among them is a root."""
    parents = {place.unit_id: place.parent_id for place in places}
    total: Counts = Counter()
    for (unit, post), count in counts.items():
        at: int | None = unit
        seen: set[int] = set()
        while at is not None and at in parents and at not in seen:
            total[at, post] += count
            seen.add(at)
            at = parents[at]
    return total


def needed(rule: Rule, base: int, people: int) -> int:
    """How many the rule asks for where ``base`` people are served and ``people`` work at all."""
    if rule.kind == PER:
        return ceil(base / rule.number)
    return rule.number if people else 0


def judge(
    places: Iterable[Place],
    rules: Iterable[Rule],
    in_post: Mapping[tuple[int, int], int],
    on_duty: Mapping[tuple[int, int], int] | None = None,
) -> list[Verdict]:
    """Each rule in each unit of its level, over the whole subtree, in the order of places and rules.

    ``in_post`` counts who holds a post in a unit, ``on_duty`` who of them works on the day; ``None`` when nobody
    knows, then rules about duty are judged by who is in post.
    """
    places, rules = list(places), list(rules)
    employed = rolled_up(places, in_post)
    present = employed if on_duty is None else rolled_up(places, on_duty)
    people: Counter[int] = Counter()
    for (unit, _post), count in employed.items():
        people[unit] += count
    verdicts = []
    for place in places:
        for rule in rules:
            if rule.level != place.kind:
                continue
            counted = present if rule.basis == ON_DUTY else employed
            base = sum(counted[place.unit_id, post] for post in rule.base_posts)
            need = needed(rule, base, people[place.unit_id])
            if need:
                have = sum(counted[place.unit_id, post] for post in rule.posts)
                verdicts.append(Verdict(rule.rule_id, place.unit_id, have, need, base))
    return verdicts
