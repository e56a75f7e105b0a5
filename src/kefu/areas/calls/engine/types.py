"""The values that flow through the engine: raw line → canonical event → visit, attempt, interval.

Instants are integer milliseconds since the epoch (``*_ms``), so that folds are exact and fast; durations are whole
seconds, rounded down, as telephone systems report them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class RawLine(NamedTuple):
    """One line as a source delivered it.

    ``ordinal`` is its place among the lines of the same second, in the source's own order: it decides between
    lines that bear the same time stamp; the position in a file only serves to find it.
    """

    at_ms: int
    ordinal: int
    text: str


class CanonicalEvent(NamedTuple):
    """What happened, in the product's words. Ordered by ``(at_ms, ordinal, part)``.

    ``part`` numbers the events that one raw line yields. ``call``, ``queue`` and ``agent`` are the source's own
    names ("" where they do not apply). ``data`` holds what the type calls for:

    - queued: ``caller``, ``caller_name``, ``position``, ``url``
    - answered: ``wait`` (s), ``ring`` (s), ``bridged``
    - ended: ``wait``, ``talk``, ``by`` (caller | agent | transfer | system)
    - transferred: ``wait``, ``talk``, ``kind`` (blind | attended), ``target``
    - abandoned / timed_out / exited_* / withdrawn / overflowed / voicemail: ``wait``, ``position``, ``key``, ``reason``
    - ring_no_answer / ring_cancelled: ``ring_ms``
    - not_ready: ``reason``; ready / not_ready / logged_in / logged_out may name one queue or none (= everywhere)
    - wrap_started: ``limit`` (s)
    - rows may give ``hold``, ``wrap``, ``satisfaction``, ``disposition``, ``recording``, ``vru`` as well
    """

    at_ms: int
    ordinal: int
    part: int
    type: str
    call: str = ""
    queue: str = ""
    agent: str = ""
    data: dict[str, Any] = {}


@dataclass(slots=True)
class Attempt:
    """A ring that did not lead to a conversation."""

    agent: str
    started_ms: int
    ended_ms: int
    result: str


@dataclass(slots=True)
class Visit:
    """One stay of a call in one queue: from entering it to its single terminal event.

    ``number`` counts the visits of the call from 1. ``ended_ms`` is when the visit ended (for an answered one: when
    the conversation did), ``None`` while it lasts.
    """

    call: str
    number: int
    queue: str
    entered_ms: int
    outcome: str
    ended_ms: int | None = None
    answered_ms: int | None = None
    agent: str = ""
    caller: str = ""
    caller_name: str = ""
    position: int = 0
    wait_seconds: int = 0
    ring_seconds: int = 0
    talk_seconds: int = 0
    hold_seconds: int = 0
    wrap_seconds: int = 0
    holds: int = 0
    released_by: str = ""
    transfer: str = ""
    transfer_target: str = ""
    exit_key: str = ""
    reason: str = ""
    satisfaction: int | None = None
    disposition: str = ""
    recording: str = ""
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True)
class Interval:
    """An unbroken stretch in which an agent was in one state; ``ended_ms`` is ``None`` for the present one.

    The intervals of a session follow one another without gap or overlap: their sum is the session.
    """

    agent: str
    state: str
    started_ms: int
    ended_ms: int | None
    reason: str = ""
    queue: str = ""
    call: str = ""
