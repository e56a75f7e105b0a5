"""Who would decide a request: the same questions as when one is submitted, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from kefu.platform.access.models import User
from kefu.platform.approvals.queries.responsible import Answer, answer_for
from kefu.platform.approvals.queries.seats import alike_of
from kefu.platform.approvals.rules import Rule, StepSpec, barred_from, choose, may_skip


@dataclass(frozen=True, slots=True)
class StepPreview:
    """A step with who would be asked. ``is_skipped``: the requester answers for it and the chain leaves it out."""

    spec: StepSpec
    answer: Answer
    is_skipped: bool
    people: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The rule that would hold (its position and name) and its steps."""

    position: int
    rule: Rule
    steps: tuple[StepPreview, ...]


def preview(
    rules: Sequence[Rule],
    *,
    requester_id: int | None,
    subject_id: int | None = None,
    node_id: int | None = None,
    amount: Decimal | None = None,
    facts: Mapping[str, Any] | None = None,
    at: datetime,
) -> Preview:
    """Who would decide such a request at ``at`` by these rules; raises ``LookupError`` when no rule holds."""
    position = choose(rules, amount, facts or {})
    rule = rules[position]
    concerned = (requester_id, subject_id)
    barred = barred_from(concerned, alike_of(concerned, at))
    steps: list[StepPreview] = []
    decided = False
    for place, spec in enumerate(rule.steps):
        answer = answer_for(spec.who, node_id=node_id, user_id=subject_id or requester_id, barred=barred, at=at)
        skipped = may_skip(
            spec,
            requester_answers=requester_id in answer.named,
            later_steps=len(rule.steps) - place - 1,
            decided_before=decided,
        )
        decided = decided or not skipped
        known = User.objects.in_bulk(list(answer.people))
        steps.append(StepPreview(spec, answer, skipped, tuple(known[pk] for pk in answer.people)))
    return Preview(position, rule, tuple(steps))
