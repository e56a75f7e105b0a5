"""Filters: each owns its URL parameters, refuses what it cannot read, and narrows the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text = "str | _StrPromise"
Choices = Sequence[tuple[Any, Any]]
Source = Choices | Callable[[Actor], Iterable[tuple[Any, Any]]]


class FilterError(ValueError):
    """The parameter cannot be read; the message says what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Base. ``name`` is the URL parameter; ``field`` the model lookup; ``apply(rows, value)`` replaces the lookup.

    ``is_extra`` keeps a filter that is seldom needed folded away until it is set.
    """

    name: str
    label: str | _StrPromise
    field: str = ""
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None
    placeholder: str | _StrPromise = ""
    kind: str = "text"
    wide: bool = False
    is_extra: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """The URL parameters that belong to this filter."""
        return (self.name,)

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> Any:
        """The value asked for, or ``None``; raises ``FilterError``."""
        return query.get(self.name, "").strip() or None

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """``rows`` restricted to ``value``."""
        if self.apply is not None:
            return self.apply(rows, value)
        return self.look_up(rows, value)

    def look_up(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The restriction when no ``apply`` is given."""
        return rows.filter(**{self.field or self.name: value})

    def choices_for(self, viewer: Actor) -> list[tuple[str, str]]:
        """The options offered to ``viewer``."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFilter(Filter):
    """A search box; without ``apply`` the words must all be contained in one of ``fields``."""

    fields: tuple[str, ...] = ()
    wide: bool = True
    max_length: int = 100

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> str | None:
        """The text, refused when absurdly long or holding a NUL."""
        text = query.get(self.name, "").strip()
        if len(text) > self.max_length:
            raise FilterError(_("最多输入 %(n)s 个字") % {"n": self.max_length})
        if "\x00" in text:
            raise FilterError(_("含有无法识别的字符，请重新输入"))
        return text or None

    def look_up(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Every word in any of the fields."""
        for word in value.split()[:6]:
            condition = Q()
            for field in self.fields or (self.field or self.name,):
                condition |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(condition)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFilter(Filter):
    """One of several options; ``choices`` is a list of pairs or a function of the viewer."""

    choices: Source = ()
    kind: str = "choice"

    def choices_for(self, viewer: Actor) -> list[tuple[str, str]]:
        """The options as text."""
        found = self.choices(viewer) if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in found]

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> str | None:
        """The option, refused when it is not on offer."""
        value = query.get(self.name, "")
        if value and value not in {code for code, _label in choices}:
            raise FilterError(_("没有“%(value)s”这个选项") % {"value": value[:40]})
        return value or None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiFilter(ChoiceFilter):
    """Any of several options."""

    kind: str = "multi"

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> Any:
        """The options, refused when one is not on offer."""
        known = {code for code, _label in choices}
        values = [value for value in query.getlist(self.name) if value]
        for value in values:
            if value not in known:
                raise FilterError(_("没有“%(value)s”这个选项") % {"value": value[:40]})
        return values or None

    def look_up(self, rows: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Membership."""
        return rows.filter(**{f"{self.field or self.name}__in": value})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolFilter(Filter):
    """Yes, no or either."""

    kind: str = "bool"
    yes: str | _StrPromise = ""
    no: str | _StrPromise = ""

    def choices_for(self, viewer: Actor) -> list[tuple[str, str]]:
        """Yes and no in the filter's own words."""
        return [("1", str(self.yes or _("是"))), ("0", str(self.no or _("否")))]

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> bool | None:
        """``1`` or ``0``."""
        value = query.get(self.name, "")
        if value not in {"", "0", "1"}:
            raise FilterError(_("请选择“是”或“否”"))
        return None if not value else value == "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRangeFilter(Filter):
    """Local days from … to … (both included): ``<name>_from`` and ``<name>_to``.

    ``field`` may be an instant (the days' bounds in the product's zone are used) or, with ``dates=True``, a date.
    """

    kind: str = "dates"
    dates: bool = False
    max_days: int = 0

    @property
    def parameters(self) -> tuple[str, ...]:
        """From and to."""
        return (f"{self.name}_from", f"{self.name}_to")

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> Any:
        """The pair of days, either of which may be open."""
        first, last = (self._day(query.get(name, "")) for name in self.parameters)
        if first is None and last is None:
            return None
        if first and last and first > last:
            raise FilterError(_("开始日期晚于结束日期，请对调"))
        if self.max_days and first and last and (last - first).days >= self.max_days:
            raise FilterError(_("最多查询 %(n)s 天，请缩小范围") % {"n": self.max_days})
        return first, last

    def look_up(self, rows: QuerySet[Any], value: tuple[date | None, date | None]) -> QuerySet[Any]:
        """Half-open bounds."""
        first, last = value
        field = self.field or self.name
        if first:
            rows = rows.filter(**{f"{field}__gte": first if self.dates else clock.day_bounds(first)[0]})
        if last:
            rows = rows.filter(
                **{f"{field}__lt": last + timedelta(days=1) if self.dates else clock.day_bounds(last)[1]}
            )
        return rows

    def _day(self, text: str) -> date | None:
        if not text.strip():
            return None
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            raise FilterError(_("“%(text)s”不是日期，请写成 2026-11-20") % {"text": text[:20]}) from None
        if not 1900 <= day.year <= 9000:
            raise FilterError(_("“%(text)s”不是日期，请写成 2026-11-20") % {"text": text[:20]})
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRangeFilter(Filter):
    """Numbers from … to … (both included): ``<name>_min`` and ``<name>_max``; ``scale`` multiplies what is typed."""

    kind: str = "numbers"
    scale: Decimal = Decimal(1)
    unit: str | _StrPromise = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Least and most."""
        return (f"{self.name}_min", f"{self.name}_max")

    def read(self, query: QueryDict, viewer: Actor, choices: Choices) -> Any:
        """The pair of numbers, either of which may be open."""
        low, high = (self._number(query.get(name, "")) for name in self.parameters)
        if low is None and high is None:
            return None
        if low is not None and high is not None and low > high:
            raise FilterError(_("下限大于上限，请对调"))
        return low, high

    def look_up(self, rows: QuerySet[Any], value: tuple[Decimal | None, Decimal | None]) -> QuerySet[Any]:
        """Closed bounds."""
        field = self.field or self.name
        for bound, lookup in zip(value, ("gte", "lte"), strict=True):
            if bound is not None:
                rows = rows.filter(**{f"{field}__{lookup}": bound * self.scale})
        return rows

    def _number(self, text: str) -> Decimal | None:
        if not text.strip():
            return None
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            raise FilterError(_("“%(text)s”不是数字") % {"text": text[:20]}) from None
        if not number.is_finite() or abs(number) > 10**12:
            raise FilterError(_("“%(text)s”不是数字") % {"text": text[:20]})
        return number
