"""What tasks publish."""

from __future__ import annotations

from dataclasses import dataclass

from kefu.kernel.events import Event, event


@event("tasks.opened")
@dataclass(frozen=True, slots=True)
class TaskOpened(Event):
    """A task was opened; ``origin`` is what it is about."""

    task_id: int
    kind: str
    origin: str


@event("tasks.closed")
@dataclass(frozen=True, slots=True)
class TaskClosed(Event):
    """A task is done (and verified, where its kind asks for that) or was cancelled (``state``)."""

    task_id: int
    kind: str
    origin: str
    state: str


@event("tasks.reopened")
@dataclass(frozen=True, slots=True)
class TaskReopened(Event):
    """A task that was over is open again."""

    task_id: int
    kind: str
    origin: str
