"""What may be done with a task in which state, and what follows. Pure."""

from __future__ import annotations

from datetime import date

from kefu.platform.tasks.choices import TaskState, TaskVerb

FROM: dict[TaskVerb, frozenset[TaskState]] = {
    TaskVerb.TAKEN: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS}),
    TaskVerb.HANDED_OVER: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS, TaskState.TO_VERIFY}),
    TaskVerb.STARTED: frozenset({TaskState.OPEN}),
    TaskVerb.EVIDENCE: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS}),
    TaskVerb.COMPLETED: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS}),
    TaskVerb.VERIFIED: frozenset({TaskState.TO_VERIFY}),
    TaskVerb.SENT_BACK: frozenset({TaskState.TO_VERIFY}),
    TaskVerb.RESCHEDULED: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS}),
    TaskVerb.CANCELLED: frozenset({TaskState.OPEN, TaskState.IN_PROGRESS, TaskState.TO_VERIFY}),
    TaskVerb.REOPENED: frozenset({TaskState.DONE, TaskState.CANCELLED}),
}
"""Verb → the states in which it is possible."""


def is_possible(verb: TaskVerb, state: TaskState) -> bool:
    """Whether the verb makes sense in that state."""
    return state in FROM[verb]


def state_after(verb: TaskVerb, state: TaskState, *, needs_verifier: bool) -> TaskState:
    """The state that follows."""
    if verb is TaskVerb.COMPLETED:
        return TaskState.TO_VERIFY if needs_verifier else TaskState.DONE
    return {
        TaskVerb.STARTED: TaskState.IN_PROGRESS,
        TaskVerb.VERIFIED: TaskState.DONE,
        TaskVerb.SENT_BACK: TaskState.IN_PROGRESS,
        TaskVerb.CANCELLED: TaskState.CANCELLED,
        TaskVerb.REOPENED: TaskState.OPEN,
    }.get(verb, state)


def number_of(day: date, sequence: int) -> str:
    """The public number: ``T20261121-000042``; the running part begins again after 999,999."""
    return f"T{day:%Y%m%d}-{(sequence - 1) % 999_999 + 1:06d}"
