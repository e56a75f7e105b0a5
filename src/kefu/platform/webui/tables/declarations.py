"""What a table is declared with, and what it hands to its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from kefu.platform.webui.tables.filters import Filter

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NOTHING_YET = gettext_lazy("这里还没有内容")


@dataclass(frozen=True, slots=True)
class View:
    """A saved view, shown as a counted chip; ``params`` are filter parameters it stands for."""

    code: str
    label: str | _StrPromise
    params: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    tone: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something done to the ticked rows: their ids are posted as ``id`` to ``url``.

    ``confirm`` asks first (only for what cannot be undone); ``%s`` in it stands for the count.
    """

    label: str | _StrPromise
    url: str
    icon: str = ""
    tone: str = ""
    confirm: str | _StrPromise = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where there are no rows at all."""

    icon: str = "inbox"
    title: str | _StrPromise = NOTHING_YET
    text: str | _StrPromise = ""
    action_url: str = ""
    action_label: str | _StrPromise = ""


@dataclass(frozen=True, slots=True)
class FilterState:
    """A filter as this request sets it."""

    filter: Filter
    values: Mapping[str, list[str]]
    choices: list[tuple[str, str]]
    error: str = ""

    @property
    def is_set(self) -> bool:
        """Whether the filter narrows anything, or tried to."""
        return bool(self.error) or any(value for values in self.values.values() for value in values)

    @property
    def first(self) -> str:
        """The value of the (first) parameter."""
        return next(iter(self.values.values()), [""])[0]

    @property
    def second(self) -> str:
        """The value of the second parameter of a range."""
        return [*self.values.values(), [""]][1][0]

    @property
    def chosen(self) -> list[str]:
        """All values of a multiple choice."""
        return next(iter(self.values.values()), [])

    @property
    def chosen_labels(self) -> str:
        """What was chosen, in words."""
        return "、".join(label for value, label in self.choices if value in self.chosen)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page and the cursors of its neighbours (``""`` where there is none)."""

    rows: Iterable[Any]
    before: str
    after: str
