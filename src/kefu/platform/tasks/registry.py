"""The kinds of task, declared by the rooms whose work they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kefu.kernel.registry import Registry
from kefu.platform.clocks.registry import clock_kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.platform.clocks.models import Clock

DAY = 86400


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task. ``permission`` (beside those of tasks) is needed to open one by hand; ``""`` asks for none,
    ``None`` means that only the product opens such tasks. ``clock`` is the kind of clock that measures it."""

    code: str
    label: StrOrPromise
    icon: str
    permission: str | None
    needs_evidence: bool
    needs_verifier: bool

    @property
    def clock(self) -> str:
        """The kind of clock of such a task."""
        return f"task.{self.code}"


TASK_KINDS: Registry[TaskKind] = Registry("task kinds", lambda kind: kind.code)


def task_kind(
    code: str,
    label: StrOrPromise,
    icon: str = "square-check",
    permission: str | None = None,
    needs_evidence: bool = False,
    needs_verifier: bool = False,
    target_seconds: int | None = None,
    *,
    warn_at: Sequence[float] = (0.5, 0.8),
    remind_before: Sequence[int] = (DAY,),
    escalate: Sequence[tuple[int, str]] = ((0, "leader"), (28800, "upper_leader")),
) -> TaskKind:
    """Declare a kind of task and the clock that measures it, in the app's ``ready``.

    ``target_seconds`` is working time until it should be done; without it, tasks have a limit only when they are
    opened with ``due_at``.
    """
    kind = TaskKind(code, label, icon, permission, needs_evidence, needs_verifier)
    clock_kind(
        kind.clock,
        label,
        target_seconds=target_seconds,
        warn_at=warn_at,
        remind_before=remind_before,
        escalate=escalate,
        changed=_follow,
    )
    return TASK_KINDS.register(kind)


def _follow(clock: Clock) -> None:
    from kefu.platform.tasks.services import follow_clock

    follow_clock(clock)
