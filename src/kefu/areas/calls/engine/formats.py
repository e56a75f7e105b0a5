"""The formats in which sources deliver what happened: how a raw line is dated and what events it yields.

A format is pure. What it makes of a line depends on nothing but the line and the source's options, so a replay of the
raw log gives the same events. ``version`` is raised whenever a line would yield other events than before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from kefu.areas.calls.engine.types import CanonicalEvent
from kefu.kernel.registry import Registry

Options = Mapping[str, Any]


class LineFault(Exception):
    """A line that cannot be right. ``code`` is for machines, ``reason`` (a Chinese msgid) for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refused:
    """A delivered line that whoever read it found to be wrong already."""

    text: str
    code: str
    reason: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """How to read the lines of one kind of source.

    - ``instant(line, options)``: when the line says it happened, in milliseconds since the epoch; raises ``LineFault``
      for a line that cannot be right. Called once for every line delivered, so it must be quick.
    - ``instants(lines, count, options)``: the same for ``count`` lines joined by line ends, or ``None`` when any of them
      wants a closer look.
    - ``events(text, at_ms, ordinal, options)``: the canonical events of a stored line; never raises.
    - ``is_sequence``: whether the place of a line in its file orders it among lines of the same second. Where it does
      not (rows, messages with ids of their own), the same line twice is the same line.
    - ``has_sessions``: whether a conversation proves that its agent is logged in (a telephone system's own log),
      rather than saying nothing about sessions (detail rows).
    - ``measures_wrap``: whether wrap-up is told by events of the agent rather than given with the conversation.
    """

    code: str
    version: int
    instant: Callable[[bytes, Options], int]
    events: Callable[[str, int, int, Options], list[CanonicalEvent]]
    instants: Callable[[bytes, int, Options], list[int] | None] | None = None
    is_sequence: bool = True
    has_sessions: bool = False
    measures_wrap: bool = True


FORMATS: Registry[Format] = Registry("call formats", lambda f: f.code)

LONGEST_LINE = 65_536
"""Bytes of a line; longer ones are no lines."""
EARLIEST_MS = 631_152_000_000
"""1990-01-01: earlier time stamps are a clock that was never set."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01: later ones are not seconds."""


def check_instant(at_ms: int) -> int:
    """``at_ms`` if it can be the time of a call; raises ``LineFault`` otherwise."""
    if not EARLIEST_MS <= at_ms < LATEST_MS:
        raise LineFault("absurd_time", gettext_noop("时间不可能正确"))
    return at_ms
