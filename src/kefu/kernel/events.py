"""Events: small frozen facts in the past tense that rooms publish and the loop reacts to.

An event carries ids and a version, never personal data; where there are many rows, one event speaks for a
committed batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from kefu.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; subclasses are frozen dataclasses of JSON-able fields, declared with ``@event``."""

    code: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """The fields as JSON-able values."""
        return asdict(self)


EVENTS: Registry[type[Event]] = Registry("events", lambda e: e.code)

E = TypeVar("E", bound=type[Event])


def event(code: str, *, version: int = 1) -> Callable[[E], E]:
    """Name an event ``room.thing_happened`` and register it under that code."""

    def declare(cls: E) -> E:
        cls.code = code
        cls.version = version
        EVENTS.register(cls)
        return cls

    return declare
