"""The mapping: how the rows of one export are to be read, as written in TOML and as checked here.

``examples/mappings/technion-bank.toml`` explains every part of the notation on a real export.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kefu.areas.calls.engine.rows.conditions import Condition

OUTCOMES = (
    "answered",
    "abandoned",
    "timeout",
    "empty",
    "exit_key",
    "withdrawn",
    "overflow",
    "voicemail",
    "lost",
)
CONTACT, IGNORED = "contact", "ignored"
INSTANT_FORMATS = ("time", "datetime", "iso", "epoch", "epoch_ms")
UNITS = {"seconds": 1.0, "minutes": 60.0, "milliseconds": 0.001, "clock": 1.0}
FIELDS = (
    "queue",
    "agent",
    "caller",
    "caller_name",
    "position",
    "released_by",
    "transfer_kind",
    "transfer_target",
    "exit_key",
    "reason",
    "satisfaction",
    "disposition",
    "recording",
)
CALLER_KINDS = ("phone", "customer_key", "name", "email")
DURATION_ROLES = ("wait", "ring", "talk", "hold", "wrap", "vru")
DATE_PATTERNS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y")
INSTANT_ROLES = ("entered", "answered", "ended")


class MappingError(ValueError):
    """The mapping cannot be used; the message names the place and says what is wrong there."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment that a row tells: by date and time of day, in full, or as an epoch."""

    name: str
    column: str
    format: str = "datetime"
    date: str = ""
    patterns: tuple[str, ...] = ()
    date_patterns: tuple[str, ...] = DATE_PATTERNS
    after: str = ""
    blank_when: Condition | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that a row states, that lies between two instants, or both (then they must agree).

    ``minus`` names another duration that the stated one includes and that is taken off it.
    """

    name: str
    column: str = ""
    unit: str = "seconds"
    start: str = ""
    end: str = ""
    minus: str = ""
    tolerance: float = 1.0


@dataclass(frozen=True, slots=True)
class Field:
    """A word that a row tells, through a table of values, or a constant."""

    name: str
    columns: tuple[str, ...] = ()
    join: str = "-"
    constant: str = ""
    prefix: str = ""
    values: dict[str, str] | None = None
    default: str | None = None
    strict: bool = False
    blank: tuple[str, ...] = ()
    kind: str = "phone"


@dataclass(frozen=True, slots=True)
class Check:
    """Something that makes a row impossible: a condition that must not hold, or two instants too far apart."""

    code: str
    reason: str
    when: Condition
    earlier: str = ""
    later: str = ""
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What rows of one sort mean; the first rule whose condition holds decides."""

    name: str
    when: Condition
    outcome: str
    durations: dict[str, str]
    instants: dict[str, tuple[str, ...]]
    require: tuple[str, ...] = ()
    transferred: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file itself is read."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping. ``document`` is what it was made from: it is what a source keeps."""

    title: str
    time_zone: str
    key: tuple[str, ...]
    call_prefix: str
    stamp: tuple[str, ...]
    reading: Reading
    instants: dict[str, Instant]
    durations: dict[str, Duration]
    fields: dict[str, Field]
    checks: tuple[Check, ...]
    rules: tuple[Rule, ...]
    document: dict[str, Any] = field(repr=False, compare=False)

    def columns(self) -> set[str]:
        """The columns without which the rows cannot be read."""
        named = set(self.key)
        for instant in self.instants.values():
            named |= {instant.column, *([instant.date] if instant.date else [])}
            named |= instant.blank_when.columns() if instant.blank_when else set()
        named |= {duration.column for duration in self.durations.values() if duration.column}
        for word in self.fields.values():
            named |= set(word.columns)
        for when in (*(check.when for check in self.checks), *(rule.when for rule in self.rules)):
            named |= when.columns()
        return named
