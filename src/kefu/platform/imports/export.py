"""Lists out of the product as xlsx or CSV: bounded, audited, and harmless to whoever opens them.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` runs as a formula in a spreadsheet. In CSV such texts get an
apostrophe in front; in xlsx they are stored as texts. Masks hold because the table hands over what it shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kefu.kernel import auditing, clock
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.guard import actor_of
from kefu.platform.files.rules import XLSX, safe_name
from kefu.platform.params import queries as params

if TYPE_CHECKING:
    from kefu.platform.webui.tables import Table

ROW_LIMIT = "imports.export_row_limit"
CSV = "text/csv; charset=utf-8"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST_CELL = 32_767
SAMPLED_ROWS = 100


def to_csv(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file (UTF-8 with mark, so that spreadsheets read Chinese) of labelled columns and rows of values."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_defused(label) for label in labels(columns)])
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def to_xlsx(columns: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: str = "") -> bytes:
    """An xlsx file with a bold, frozen header, real numbers and dates, and column widths that fit."""
    return to_book([(title, columns, rows)])


class Formatted(NamedTuple):
    """A number with the format in which a spreadsheet shows it (``0.0%``)."""

    value: Any
    number_format: str


def to_book(sheets: Iterable[tuple[str, Sequence[Any], Iterable[Sequence[Any]]]]) -> bytes:
    """An xlsx file of several sheets: (title, columns, rows) each."""
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        _add_sheet(book, title, columns, rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_sheet(book: Workbook, title: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet1")
    names = labels(columns)
    iterator = iter(rows)
    sample = [list(row) for row, _number in zip(iterator, range(SAMPLED_ROWS), strict=False)]
    for index, width in enumerate(_widths(names, sample), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    header = []
    for name in names:
        cell = _cell(sheet, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
        header.append(cell)
    sheet.append(header)
    for row in _chained(sample, iterator):
        sheet.append([_cell(sheet, value) for value in row])


def labels(columns: Sequence[Any]) -> list[str]:
    """The header of columns that are texts or have a ``label``."""
    return [str(column if isinstance(column, str | Promise) else column.label) for column in columns]


def export_response(request: HttpRequest, table: Table) -> HttpResponse:
    """The table's rows (under its filters, order, scope and masks) as the file asked for by ``?export=``.

    The caller has checked the right to export. At most ``imports.export_row_limit`` rows; more are refused
    rather than cut off silently. Who took what is written into the audit.
    """
    wanted = request.GET.get("export", "xlsx")
    limit = int(params.value(ROW_LIMIT))
    rows = list(table.export_rows(limit + 1))
    if len(rows) > limit:
        raise InvalidInput(
            _("符合条件的数据超过 %(limit)s 行，不能一次导出。请缩小筛选范围后再导出。") % {"limit": limit},
            field="export",
            code="export_too_large",
        )
    columns = table.export_columns()
    title = str(table.export_name or table.caption or table.name)
    content = to_csv(columns, rows) if wanted == "csv" else to_xlsx(columns, rows, title=title)
    auditing.record(
        actor=actor_of(request),
        action=f"{table.name}:export" if ":" not in table.name else table.name,
        target=f"table:{table.name}",
        after={
            "format": "csv" if wanted == "csv" else "xlsx",
            "rows": len(rows),
            "columns": [column.key for column in columns],
            "filters": sorted(name for name in request.GET if request.GET[name] and name != "export"),
        },
    )
    return file_response(content, title, wanted)


def file_response(content: bytes, title: str, wanted: str) -> HttpResponse:
    """A download named after ``title`` and the present minute."""
    extension = "csv" if wanted == "csv" else "xlsx"
    name = safe_name(f"{title} {timezone.localtime(clock.now()):%Y%m%d-%H%M}.{extension}")
    response = HttpResponse(content, content_type=CSV if wanted == "csv" else XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(value: Any) -> Any:
    """The value as a spreadsheet knows it: local wall clock, plain text, number, or nothing."""
    if isinstance(value, Formatted):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date | time | timedelta):
        return value
    return ILLEGAL.sub("", str(value))[:LONGEST_CELL]


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _csv_value(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, str):
        return _defused(plain)
    if isinstance(plain, datetime):
        return plain.isoformat(sep=" ", timespec="seconds")
    return "" if plain is None else plain


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Formatted):
        cell = _cell(sheet, value.value)
        cell.number_format = value.number_format
        return cell
    plain = _plain(value)
    if isinstance(plain, float) and (plain != plain or plain in (float("inf"), float("-inf"))):
        plain = str(plain)
    cell = WriteOnlyCell(sheet, value=plain)
    if isinstance(plain, str):
        cell.data_type = "s"
        if plain.startswith(DANGEROUS):
            cell.quotePrefix = True
    elif isinstance(plain, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(plain, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _widths(names: list[str], sample: list[list[Any]]) -> list[float]:
    widths: list[float] = []
    for index, name in enumerate(names):
        texts = [name, *(str(_plain(row[index]) or "") for row in sample if index < len(row))]
        longest = max(sum(2 if ord(character) > 0x2E7F else 1 for character in text[:60]) for text in texts)
        widths.append(min(max(longest + 2, 8), 60))
    return widths


def _chained(sample: list[list[Any]], rest: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield from sample
    yield from rest
