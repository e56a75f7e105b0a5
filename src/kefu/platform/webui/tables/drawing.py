"""What the table's template shows, worked out beforehand so that the template only writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.platform.webui.tables.columns import Column
from kefu.platform.webui.templatetags import kit

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


def lines(table: Table, *, pick: bool) -> list[SafeString]:
    """The rows of the present page as HTML, with a box to tick when ``pick``.

    Written here and not in the template: what a column says of its cells is worked out once, not once a row.
    """
    columns = list(table.visible_columns())
    linked = next((c for c in columns if c.link), None)
    openings = [_opening(c) for c in columns]
    link = ' hx-get="{0}" hx-target="#ui-drawer-body" hx-swap="innerHTML"' if table.drawer else ""
    found = []
    for row in table.page.rows:
        url = escape(table.row_url(row))
        parts = ["<tr data-row", f' data-href="{url}"' if url else "", kit.attrs(table.row_attributes(row)), ">"]
        if pick:
            parts.append(_pick(table.row_id(row)))
        for column, opening in zip(columns, openings, strict=True):
            cell = column.cell(row)
            if url and column is linked:
                cell = f'<a class="ui-row-link" href="{url}"{link.format(url)}>{cell}</a>'  # type: ignore[assignment]
            parts += (opening, cell, "</td>")
        parts.append("</tr>")
        found.append(SafeString("".join(parts)))
    return found


def _opening(column: Column) -> str:
    return "<td{}>".format(
        kit.attrs({"class": column.classes or None, "data-label": column.label, "data-card": column.card_role or None})
    )


def _pick(row_id: str) -> str:
    return format_html(
        '<td class="ui-pick"><input type="checkbox" name="id" value="{}" aria-label="{}"></td>',
        row_id,
        _("勾选这一行"),
    )


def chips(table: Table) -> list[Chip]:
    """The saved views."""
    return [Chip(view, count, current, table.view_url(view)) for view, count, current in table.chips]
