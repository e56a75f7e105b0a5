"""Columns: where a cell's value comes from, how it is written, whether it sorts and exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kefu.kernel.choices import ToneChoices
from kefu.platform.webui import formats
from kefu.platform.webui.templatetags import kit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS = frozenset({"", "text", "when", "date", "duration", "number", "percent", "state", "bool", "avatar"})
RIGHT = frozenset({"duration", "number", "percent"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``accessor`` is a dotted path from the row (default: ``key``); methods without arguments are called.
    ``render(row)`` overrides how the cell is drawn; ``kind`` draws the usual values (``when``, ``date``,
    ``duration``, ``number``, ``percent``, ``state`` for tone choices, ``bool``, ``avatar`` for a person's name).
    ``sort`` is the model field (or annotation) by which the database sorts. ``export_value(row)`` overrides what
    the export holds. On phones each row is a card: ``link`` columns are its title, ``card="side"`` stands beside
    the title, ``priority=2`` is left out.
    """

    key: str
    label: str | _StrPromise
    accessor: str = ""
    render: Callable[[Any], object] | None = None
    kind: str = ""
    sort: str = ""
    align: str = ""
    css: str = ""
    export: bool = True
    export_value: Callable[[Any], object] | None = None
    priority: int = 1
    card: str = ""
    link: bool = False
    choices: type[ToneChoices] | None = None
    help: str | _StrPromise = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.key!r}: unknown kind {self.kind!r}")

    @property
    def classes(self) -> str:
        """The CSS classes of the column's cells."""
        align = self.align or ("right" if self.kind in RIGHT else "")
        return " ".join(part for part in ("ui-num" if align == "right" else align and f"ui-{align}", self.css) if part)

    @property
    def card_role(self) -> str:
        """What the cell is on a phone card."""
        if self.card:
            return self.card
        if self.link:
            return "title"
        return "hide" if self.priority > 1 else ""

    def value(self, row: Any) -> Any:
        """The raw value of this column in ``row``."""
        found: Any = row
        for step in (self.accessor or self.key).split("."):
            if found is None:
                return None
            found = found[step] if isinstance(found, dict) else getattr(found, step)
            if callable(found) and not isinstance(found, type):
                found = found()
        return found

    def cell(self, row: Any) -> SafeString:
        """The cell's HTML (values are escaped)."""
        if self.render is not None:
            drawn = self.render(row)
            return (
                dash()
                if drawn is None or drawn == ""
                else conditional_escape(drawn if isinstance(drawn, Promise | SafeString) else str(drawn))
            )
        return self._drawn(self.value(row))

    def exported(self, row: Any) -> object:
        """What stands in an exported file: plain text, number, or local date and time."""
        if self.export_value is not None:
            return self.export_value(row)
        value = self.value(row)
        if self.kind == "state":
            return str(self._choice(value).label) if value not in (None, "") else ""
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if value is None or isinstance(value, int | float | Decimal | date):
            return value
        return str(value)

    def _choice(self, value: Any) -> Any:
        if self.choices is not None and not isinstance(value, self.choices):
            return self.choices(value)
        return value

    def _drawn(self, value: Any) -> SafeString:
        if value is None or value == "":
            return dash()
        if self.kind == "when":
            return kit.when(value)
        if self.kind == "duration":
            return SafeString(formats.duration(value))
        if self.kind == "number":
            return SafeString(formats.number(value))
        if self.kind == "percent":
            return SafeString(formats.percent(value))
        if self.kind == "state":
            return kit.state(self._choice(value))
        if self.kind == "avatar":
            return format_html('<span class="ui-who">{}<span>{}</span></span>', kit.avatar(str(value), "s"), value)
        if self.kind == "bool":
            return (
                kit.icon("circle-check", _("是"), "ui-c-ok") if value else kit.icon("circle-minus", _("否"), "ui-muted")
            )
        if isinstance(value, date):
            return kit.when(value)
        return conditional_escape(value)


def dash() -> SafeString:
    """What stands in an empty cell."""
    return mark_safe(f'<span class="ui-muted">{formats.NOTHING}</span>')  # noqa: S308 - a constant
