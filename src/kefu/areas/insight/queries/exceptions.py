"""What went wrong in a period, told by the rooms that know: outages, rows set aside, whatever makes numbers doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kefu.kernel.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ReportException:
    """One thing: ``text`` is a lazy translation with ``%(name)s`` places for ``params`` (JSON-able).

    ``at`` is when it began; ``harms_numbers`` says that the numbers of the period are incomplete because of it.
    """

    text: StrOrPromise
    params: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    tone: str = "warn"
    harms_numbers: bool = False


Teller = Callable[..., Iterable[ReportException]]


@dataclass(frozen=True, eq=False)
class ExceptionSource:
    """A room that tells."""

    code: str
    tell: Teller


SOURCES: Registry[ExceptionSource] = Registry("report exceptions", lambda source: source.code)


def report_exceptions(code: str) -> Callable[[Teller], Teller]:
    """Register ``fn(*, start, end, node_id)`` (instants; ``None``: the whole centre), which tells what happened."""

    def declare(tell: Teller) -> Teller:
        SOURCES.register(ExceptionSource(code, tell))
        return tell

    return declare


def exceptions_between(start: datetime, end: datetime, node_id: int | None) -> list[ReportException]:
    """All that the rooms tell, in order of time."""
    found = [item for source in SOURCES for item in source.tell(start=start, end=end, node_id=node_id)]
    return sorted(found, key=lambda item: item.at or start)
