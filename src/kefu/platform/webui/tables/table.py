"""The table: one declaration from which page, fragment, counts and export are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.platform.webui.tables import counts, keyset
from kefu.platform.webui.tables.columns import Column
from kefu.platform.webui.tables.declarations import BulkAction, Empty, FilterState, Page, View
from kefu.platform.webui.tables.filters import Filter, FilterError
from kefu.platform.webui.viewer import actor_of, may

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RESERVED = frozenset({"sort", "after", "before", "view", "export", "size"})
MAX_ROWS = 100


class Table:
    """A list page. Subclass, declare, and override ``rows``; see the README for a complete example.

    The state (filters, view, sort, cursor) is read from the URL only. Reading is lazy: a fragment, an export and a
    page ask for no more than they show, and the number of statements does not depend on the number of rows.
    """

    name: ClassVar[str]
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    views: ClassVar[Sequence[View]] = ()
    order: ClassVar[tuple[str, ...]] = ("-id",)
    page_size: ClassVar[int] = 50
    empty: ClassVar[Empty] = Empty()
    drawer: ClassVar[bool] = False
    export_permission: ClassVar[str | tuple[str, ...] | None] = None
    export_name: ClassVar[str] = ""
    caption: ClassVar[str | _StrPromise] = ""
    dense: ClassVar[bool] = False

    def __init__(self, request: HttpRequest, **context: Any) -> None:
        self.request = request
        self.viewer: Actor = actor_of(request)
        self.context = context
        self.problem = ""

    # ---- what a subclass says ----

    def rows(self) -> QuerySet[Any]:
        """All rows that ``self.viewer`` may see, with ``select_related`` for what the columns read."""
        raise NotImplementedError

    def prepare(self, rows: list[Any]) -> list[Any]:
        """The rows of one page (or one batch of an export), with whatever must be fetched in bulk hung on them."""
        return rows

    def row_url(self, row: Any) -> str:
        """Where the row leads; ``""`` for nowhere."""
        return ""

    def row_attributes(self, row: Any) -> dict[str, Any]:
        """Further attributes of the row's element."""
        return {}

    def row_id(self, row: Any) -> str:
        """What bulk actions post for the row."""
        return str(getattr(row, self.order[-1].lstrip("-")))

    def bulk_actions(self) -> Sequence[BulkAction]:
        """What may be done to several rows by this viewer."""
        return ()

    def visible_columns(self) -> Sequence[Column]:
        """The columns of this viewer."""
        return self.columns

    # ---- the state in the URL ----

    @property
    def element_id(self) -> str:
        """The id of the region that htmx replaces."""
        return f"table-{self.name.replace('.', '-').replace('_', '-')}"

    @cached_property
    def view(self) -> View | None:
        """The chosen view, the first one by default."""
        code = self.request.GET.get("view", "")
        for view in self.views:
            if view.code == code:
                return view
        if code:
            self._refuse(_("没有“%(value)s”这个视图") % {"value": code[:40]})
        return self.views[0] if self.views else None

    @cached_property
    def query(self) -> QueryDict:
        """The filters' parameters: those of the URL over those of the view."""
        merged = self._preset.copy()
        own = {name for f in self.filters for name in f.parameters}
        for name in self.request.GET:
            if name in own:
                merged.setlist(name, self.request.GET.getlist(name))
        return merged

    @cached_property
    def filter_states(self) -> list[FilterState]:
        """Every filter with its present values, options and error."""
        states = []
        for f in self.filters:
            choices = self._choices[f.name]
            values = {name: self.query.getlist(name) or [""] for name in f.parameters}
            error = self._values[f.name][1]
            states.append(FilterState(f, values, choices, error))
        return states

    @property
    def main_filters(self) -> list[FilterState]:
        """The filters that are always in sight: the main ones, and the others that are set."""
        return [state for state in self.filter_states if not state.filter.is_extra or state.is_set]

    @property
    def extra_filters(self) -> list[FilterState]:
        """The filters that are folded away."""
        return [state for state in self.filter_states if state.filter.is_extra and not state.is_set]

    @property
    def active_filters(self) -> int:
        """How many filters the URL sets otherwise than the view does."""
        return sum(
            any(
                name in self.request.GET and self.request.GET.getlist(name) != (self._preset.getlist(name) or [""])
                for name in f.parameters
            )
            for f in self.filters
        )

    @cached_property
    def _preset(self) -> QueryDict:
        preset = QueryDict(mutable=True)
        for name, value in (self.view.params if self.view else {}).items():
            preset.setlist(name, [value] if isinstance(value, str) else list(value))
        return preset

    @property
    def preset_parameters(self) -> str:
        """The parameters that the view sets: they stay in the address even when they are emptied."""
        return " ".join(self._preset)

    @cached_property
    def sort(self) -> str:
        """The chosen order as ``field`` or ``-field``."""
        asked = self.request.GET.get("sort", "")
        if not asked:
            return self.order[0]
        if asked.lstrip("-") in {c.sort for c in self.visible_columns() if c.sort} and not asked.startswith("--"):
            return asked
        self._refuse(_("不能按“%(value)s”排序，已按默认顺序显示") % {"value": asked[:40]})
        return self.order[0]

    @cached_property
    def keys(self) -> tuple[keyset.Key, ...]:
        """The whole order: the chosen field, then the table's own order as tie-break, all in one direction."""
        if self.sort == self.order[0]:
            return keyset.keys_for(self._all.model, self.order)
        down = self.sort.startswith("-")
        rest = [f.lstrip("-") for f in self.order if f.lstrip("-") != self.sort.lstrip("-")]
        return keyset.keys_for(self._all.model, (self.sort, *(f"-{f}" if down else f for f in rest)))

    # ---- rows ----

    @cached_property
    def _all(self) -> QuerySet[Any]:
        return self.rows()

    @cached_property
    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        return {f.name: f.choices_for(self.viewer) for f in self.filters}

    def _read(self, query: QueryDict) -> dict[str, tuple[Any, str]]:
        found: dict[str, tuple[Any, str]] = {}
        for f in self.filters:
            try:
                found[f.name] = (f.read(query, self.viewer, self._choices[f.name]), "")
            except FilterError as error:
                found[f.name] = (None, str(error))
        return found

    @cached_property
    def _values(self) -> dict[str, tuple[Any, str]]:
        return self._read(self.query)

    def narrowed(self, values: Mapping[str, tuple[Any, str]] | None = None) -> QuerySet[Any]:
        """The viewer's rows under the present filters (or the given values); none when a filter is faulty."""
        rows = self._all
        for f in self.filters:
            value, error = (self._values if values is None else values)[f.name]
            if error:
                return rows.none()
            if value is not None:
                rows = f.narrow(rows, value)
        return rows

    @cached_property
    def page(self) -> Page:
        """The rows of this page with what is needed to turn it."""
        cursor, backward = self._cursor()
        size = min(self.page_size, MAX_ROWS)
        if self.has_faults:
            return Page([], "", "")
        found, more = keyset.page(self.narrowed(), self.keys, size, cursor=cursor, backward=backward)
        if backward and not more and len(found) < size:
            # Rows came in before the first page: show it whole rather than a short one.
            found, more = keyset.page(self.narrowed(), self.keys, size, cursor=None, backward=False)
            cursor, backward = None, False
        first = keyset.encode(keyset.values_of(found[0], self.keys)) if found else ""
        last = keyset.encode(keyset.values_of(found[-1], self.keys)) if found else ""
        has_before = more if backward else cursor is not None
        has_after = True if backward else more
        return Page(self.prepare(found), first if has_before else "", last if has_after else "")

    @cached_property
    def _counts(self) -> list[int]:
        empty = QueryDict(mutable=True)
        sources = []
        for view in self.views:
            query = empty.copy()
            for name, value in view.params.items():
                query.setlist(name, [value] if isinstance(value, str) else list(value))
            sources.append(self.narrowed(self._read(query)))
        return counts.bounded_counts([self.narrowed(), *sources])

    @property
    def total(self) -> str:
        """How many rows the present filters leave, bounded."""
        return counts.written(self._counts[0])

    @property
    def chips(self) -> list[tuple[View, str, bool]]:
        """Each view with its count and whether it is the present one."""
        return [
            (view, counts.written(n), view == self.view) for view, n in zip(self.views, self._counts[1:], strict=True)
        ]

    @property
    def has_faults(self) -> bool:
        """Whether the address asked for something that cannot be."""
        is_known = self.view is not None and bool(self.sort)
        return (
            bool(self.problem)
            or any(error for _value, error in self._values.values())
            or (not is_known and bool(self.views))
        )

    def _refuse(self, message: str) -> None:
        self.problem = self.problem or message

    def _cursor(self) -> tuple[tuple[Any, ...] | None, bool]:
        backward = "before" in self.request.GET
        text = self.request.GET.get("before" if backward else "after", "")
        if not text:
            return None, False
        try:
            return keyset.decode(text, len(self.keys)), backward
        except keyset.BadCursor:
            self._refuse(_("页码已失效，请从第一页开始"))
            return None, False

    # ---- addresses ----

    def url(self, **changes: str | None) -> str:
        """The present address with changed parameters; the cursor is dropped unless given."""
        params = self.request.GET.copy()
        for name in ("after", "before", "export"):
            params.pop(name, None)
        for name, value in changes.items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = value
        text = params.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    def view_url(self, view: View) -> str:
        """The address of a chip: its view alone, in the present order."""
        params = QueryDict(mutable=True)
        if view != self.views[0]:
            params["view"] = view.code
        if self.request.GET.get("sort"):
            params["sort"] = self.request.GET["sort"]
        return f"{self.request.path}?{params.urlencode()}" if params else self.request.path

    # ---- export ----

    @property
    def can_export(self) -> bool:
        """Whether the viewer may take the rows away (``export_permission`` is not ``None`` and held)."""
        return self.export_permission is not None and may(self.viewer, self.export_permission)

    def export_columns(self) -> list[Column]:
        """The columns of an exported file."""
        return [c for c in self.visible_columns() if c.export]

    def export_rows(self, limit: int, batch: int = 2000) -> Iterator[list[object]]:
        """The values of up to ``limit`` rows under the present filters and order, read in batches by key."""
        columns = self.export_columns()
        cursor: tuple[Any, ...] | None = None
        while limit > 0:
            found, more = keyset.page(self.narrowed(), self.keys, min(batch, limit), cursor=cursor, backward=False)
            if not found:
                return
            cursor = keyset.values_of(found[-1], self.keys)
            for row in self.prepare(found):
                yield [c.exported(row) for c in columns]
            limit -= len(found)
            if not more:
                return
