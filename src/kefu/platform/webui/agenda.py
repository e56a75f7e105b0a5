"""What needs somebody now: lines that any app offers to the home page, each a count that leads to its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from kefu.kernel.actor import Actor
from kefu.platform.webui.panels import PANELS, Panel
from kefu.platform.webui.viewer import actor_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SLOT = "home.now"
BOUND = 99


@dataclass(frozen=True, slots=True)
class Line:
    """Something that waits: how many, of what, where to go. A line without a count (0) is not shown."""

    icon: str
    text: StrOrPromise
    count: int
    url: str
    tone: str = "info"
    note: StrOrPromise = ""

    @property
    def shown(self) -> str:
        """The count as it is written: bounded."""
        return f"{BOUND}+" if self.count > BOUND else str(self.count)


def bounded(rows: QuerySet[Any]) -> int:
    """How many rows, counted to the bound and one more."""
    return rows.order_by()[: BOUND + 1].count()


def offer(code: str, permission: str, lines: Callable[[Actor], Iterable[Line]], order: int = 100) -> None:
    """Put lines into the home page of those who hold ``permission`` (``""``: everybody)."""

    def render(request: HttpRequest, context: Mapping[str, Any]) -> str:
        found = [line for line in lines(actor_of(request)) if line.count]
        return render_to_string("webui/_agenda.html", {"lines": found}) if found else ""

    PANELS.register(Panel(SLOT, code, permission, render, order))
