"""What a check answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, how it stands, and what to do when it does not stand well."""

    check: str
    level: Level
    message: str
    mend: str = ""
    repair: Callable[[], str] | None = field(default=None, compare=False, repr=False)
    """Does what ``mend`` says and tells what it did; only for what is safe to do without asking."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON-able values."""
        return {
            "check": self.check,
            "level": self.level,
            "message": self.message,
            "mend": self.mend,
            "can_mend": self.repair is not None,
        }


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, message)


def note(check: str, message: str, mend: str = "") -> Finding:
    """Nothing is wrong, but something cannot be done here."""
    return Finding(check, Level.NOTE, message, mend)


def warn(check: str, message: str, mend: str, repair: Callable[[], str] | None = None) -> Finding:
    """It works, but not for long or not for everybody."""
    return Finding(check, Level.WARN, message, mend, repair)


def fail(check: str, message: str, mend: str, repair: Callable[[], str] | None = None) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, message, mend, repair)
