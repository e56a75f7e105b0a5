"""The kinds of request, declared by the rooms whose business they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry
from kefu.platform.approvals.rules import AMOUNT, FactSpec, Rule, StepSpec

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.platform.approvals.models import Request

    Summary = Callable[[Request], Iterable["Row"]]
    Follower = Callable[[Request, Actor], None]

DEFAULT_RULES = (Rule((StepSpec("leader"),)),)
LIMIT = "approvals.answer"
"""The kind of clock that measures how long a step waits for its answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what is asked for. A personal value is given as its token in the vault and shown masked; ``before``
    is what holds at present, where the request changes something."""

    label: StrOrPromise
    value: StrOrPromise = ""
    before: StrOrPromise = ""
    token: bytes | None = None
    before_token: bytes | None = None
    token_kind: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """A kind of request (``room.thing``); see ``approval_kind``."""

    code: str
    label: StrOrPromise
    icon: str
    permission: str
    has_amount: bool
    facts: tuple[FactSpec, ...]
    rules: tuple[Rule, ...]
    summary: Summary | None = field(default=None, compare=False)
    approved: Follower | None = field(default=None, compare=False)
    declined: Follower | None = field(default=None, compare=False)
    withdrawn: Follower | None = field(default=None, compare=False)
    returned: Follower | None = field(default=None, compare=False)

    @property
    def fields(self) -> dict[str, FactSpec]:
        """What the conditions of its chain may ask for."""
        known = (AMOUNT, *self.facts) if self.has_amount else self.facts
        return {spec.code: spec for spec in known}


APPROVAL_KINDS: Registry[ApprovalKind] = Registry("approval kinds", lambda kind: kind.code)


def approval_kind(
    code: str,
    label: StrOrPromise,
    *,
    summary: Summary | None = None,
    approved: Follower | None = None,
    declined: Follower | None = None,
    withdrawn: Follower | None = None,
    returned: Follower | None = None,
    permission: str = "",
    icon: str = "clipboard-check",
    has_amount: bool = False,
    facts: Sequence[FactSpec] = (),
    rules: Sequence[Rule] = DEFAULT_RULES,
) -> ApprovalKind:
    """Declare a kind of request, in the app's ``ready``.

    ``approved(request, actor)`` and its like run in the transaction of the last decision: what they refuse (a
    ``KefuError``) undoes the decision. ``permission`` is needed to submit one (``""``: signed in). ``rules`` are the
    chain until the centre sets its own; the last rule has no condition, so that every request finds its route.
    """
    if not rules or rules[-1].conditions or not all(rule.steps for rule in rules):
        raise ValueError(f"{code}: each rule has steps, and the last one no condition")
    return APPROVAL_KINDS.register(
        ApprovalKind(
            code,
            label,
            icon,
            permission,
            has_amount,
            tuple(facts),
            tuple(rules),
            summary,
            approved,
            declined,
            withdrawn,
            returned,
        )
    )
