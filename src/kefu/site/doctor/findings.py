"""What a check answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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

    def as_dict(self) -> dict[str, Any]:
        """As JSON-able values."""
        return asdict(self)


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, message)


def note(check: str, message: str, mend: str = "") -> Finding:
    """Nothing is wrong, but something cannot be done here."""
    return Finding(check, Level.NOTE, message, mend)


def warn(check: str, message: str, mend: str) -> Finding:
    """It works, but not for long or not for everybody."""
    return Finding(check, Level.WARN, message, mend)


def fail(check: str, message: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, message, mend)
