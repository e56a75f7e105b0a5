"""What the table's template shows, worked out beforehand so that the template only writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from kefu.platform.webui.tables.columns import Column

if TYPE_CHECKING:
    from kefu.platform.webui.tables.declarations import View
    from kefu.platform.webui.tables.table import Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A column head: where a click leads, and which way the column is sorted now (``ascending``…, ``""``)."""

    column: Column
    url: str
    direction: str
    icon: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its column."""

    column: Column
    html: SafeString
    is_link: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row."""

    id: str
    url: str
    cells: list[Cell]
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """A saved view."""

    view: View
    count: str
    is_current: bool
    url: str


def headings(table: Table) -> list[Heading]:
    """The heads of the visible columns."""
    found = []
    for column in table.visible_columns():
        if not column.sort:
            found.append(Heading(column, "", "", ""))
            continue
        on = table.sort.lstrip("-") == column.sort
        down = table.sort.startswith("-")
        asked = column.sort if on and down else f"-{column.sort}"
        direction = "" if not on else "descending" if down else "ascending"
        shape = "arrow-up-down" if not on else "arrow-down" if down else "arrow-up"
        found.append(Heading(column, table.url(sort=asked), direction, shape))
    return found


def lines(table: Table) -> list[Line]:
    """The rows of the present page."""
    columns = list(table.visible_columns())
    linked = next((c for c in columns if c.link), None)
    found = []
    for row in table.page.rows:
        url = table.row_url(row)
        cells = [Cell(c, c.cell(row), bool(url) and c is linked) for c in columns]
        found.append(Line(table.row_id(row), url, cells, table.row_attributes(row)))
    return found


def chips(table: Table) -> list[Chip]:
    """The saved views."""
    return [Chip(view, count, current, table.view_url(view)) for view, count, current in table.chips]
