"""The kinds of clock, declared by the apps whose work they measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kefu.kernel.registry import Registry
from kefu.platform.clocks.rules import Level, Terms, check_terms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.platform.clocks.models import Clock

    Follower = Callable[[Clock], None]
    Owners = Callable[[Clock, datetime], Iterable[int]]


@dataclass(frozen=True, slots=True)
class ClockKind:
    """A kind of clock with the terms that hold until somebody changes them.

    ``calendar`` is the code of a working calendar (the default one when left out). ``on_event`` says in words, for the
    page of limits, what starts such a clock. ``changed(clock)`` is told, in the same transaction, whenever such a clock
    stands otherwise: the way for an upper app to keep a copy of the due instant. ``owners(clock, now)`` are the accounts
    that warnings and the breach are told to, where more than one person has the work in hand.
    """

    code: str
    label: StrOrPromise
    terms: Terms
    calendar: str = ""
    on_event: StrOrPromise = ""
    changed: Follower | None = field(default=None, compare=False)
    owners: Owners | None = field(default=None, compare=False)


CLOCK_KINDS: Registry[ClockKind] = Registry("clock kinds", lambda kind: kind.code)


def clock_kind(
    code: str,
    label: StrOrPromise,
    *,
    target_seconds: int | None = None,
    warn_at: Sequence[float] = (0.5, 0.8),
    remind_before: Sequence[int] = (),
    escalate: Sequence[tuple[int, str]] = ((0, "leader"), (14400, "upper_leader")),
    calendar: str | None = None,
    on_event: StrOrPromise = "",
    changed: Follower | None = None,
    owners: Owners | None = None,
) -> ClockKind:
    """Declare a kind of clock (``room.thing``), in the app's ``ready``.

    ``target_seconds`` is working time; ``None`` means that a due instant or day is given at each start. ``warn_at``
    are shares of the target, ``remind_before`` seconds before a given due instant. ``escalate`` pairs working seconds
    after the due instant with a code of ``access.registry.responsible``. Raises ``ValueError`` for terms that cannot be.
    """
    terms = Terms(
        target_seconds,
        tuple(round(share * 100) for share in warn_at),
        tuple(sorted(remind_before, reverse=True)),
        tuple(Level(after, audience) for after, audience in escalate),
    )
    field, reason = check_terms(terms)
    if reason:
        raise ValueError(f"{code}: {field} is wrong ({reason})")
    return CLOCK_KINDS.register(ClockKind(code, label, terms, calendar or "", on_event, changed, owners))
