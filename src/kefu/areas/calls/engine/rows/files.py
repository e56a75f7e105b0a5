"""Reads the rows of an export: CSV (plain or gzip, utf-8, utf-16 or gb18030) and xlsx, in constant memory."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from kefu.areas.calls.engine.rows.judge import Fault
from kefu.areas.calls.engine.rows.mapping import Mapping, Reading
from kefu.kernel.errors import InvalidInput

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OTHER_BINARY = (
    b"\x7fELF",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"MZ",
    b"RIFF",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
UTF16 = (b"\xff\xfe", b"\xfe\xff")
HIGHEST_FIELD = 1_000_000
SHOWN_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file: its line number and either its cells or the reason why it cannot be read."""

    number: int
    cells: dict[str, str]
    fault: Fault | None = None
    text: str = ""


def read_rows(stream: BinaryIO, mapping: Mapping, name: str) -> Iterator[FileRow]:
    """The rows in ``stream`` (seekable; ``name`` is what messages call it) as ``mapping`` wants them read.

    Raises ``InvalidInput`` before the first row when the file as a whole is not what the mapping describes; later
    troubles (a torn row, a file cut off in the middle) come as rows with a fault, so that what stands before them is
    kept.
    """
    head = stream.read(4096)
    stream.seek(0)
    if not head:
        raise InvalidInput(_("“%(name)s”是空文件。") % {"name": name}, code="empty_file")
    if head.startswith(ZIP):
        return _checked(_xlsx_rows(stream, mapping.reading, name), mapping, name)
    if head.startswith(OTHER_BINARY) or (b"\0" in head and not head.startswith(UTF16) and not head.startswith(GZIP)):
        raise InvalidInput(
            _("“%(name)s”是二进制文件，不是 CSV 或 xlsx 话单。请导出为 CSV（UTF-8 或 GB18030）或 xlsx 后重试。")
            % {"name": name},
            code="binary_file",
        )
    return _checked(_csv_rows(stream, mapping.reading, head), mapping, name)


def _checked(rows: Iterator[tuple[int, Sequence[str] | Fault]], mapping: Mapping, name: str) -> Iterator[FileRow]:
    """Match the header with the mapping, then name the cells of each row."""
    header = list(mapping.reading.columns) or _header(rows, mapping, name)
    missing = sorted(mapping.columns() - set(header))
    if missing:
        raise InvalidInput(
            _("“%(name)s”缺少映射需要的列：%(missing)s。文件中的列：%(found)s。")
            % {
                "name": name,
                "missing": "、".join(missing),
                "found": "、".join(column[:40] for column in header[:SHOWN_COLUMNS]),
            },
            code="missing_columns",
        )
    doubled = sorted(column for column in mapping.columns() if header.count(column) > 1)
    if doubled:
        raise InvalidInput(
            _("“%(name)s”的表头中有重名的列：%(columns)s。") % {"name": name, "columns": "、".join(doubled)},
            code="doubled_columns",
        )
    return _named(rows, header)


def _header(rows: Iterator[tuple[int, Sequence[str] | Fault]], mapping: Mapping, name: str) -> list[str]:
    for number, cells in rows:
        if isinstance(cells, Fault):
            raise InvalidInput(
                _("“%(name)s”的表头无法读取：%(why)s。") % {"name": name, "why": cells.reason}, code="unreadable_file"
            )
        if number >= mapping.reading.header_row:
            return [cell.strip() for cell in cells]
    raise InvalidInput(_("“%(name)s”中没有表头。") % {"name": name}, code="empty_file")


def _named(rows: Iterator[tuple[int, Sequence[str] | Fault]], header: Sequence[str]) -> Iterator[FileRow]:
    width = len(header)
    for number, cells in rows:
        if isinstance(cells, Fault):
            yield FileRow(number, {}, cells, "")
            continue
        if not any(cells):
            continue
        text = ",".join(cells)
        if any("\0" in cell for cell in cells):
            yield FileRow(number, {}, Fault("binary", "NUL"), text.replace("\0", "\\0"))
        elif len(cells) > width and any(cells[width:]):
            yield FileRow(number, {}, Fault("columns", f"{len(cells)} > {width}"), text)
        elif len(cells) < width and not isinstance(cells, _Padded):
            yield FileRow(number, {}, Fault("columns", f"{len(cells)} < {width}"), text)
        else:
            yield FileRow(number, dict(zip(header, cells, strict=False)), _undecodable(cells), text)


def _undecodable(cells: Sequence[str]) -> Fault | None:
    for cell in cells:
        if "\ufffd" in cell:
            return Fault("undecodable", f"{cell[:60]!r}")
    return None


class _Padded(list[str]):
    """The cells of a spreadsheet row: trailing empty ones may be missing."""


def _csv_rows(stream: BinaryIO, reading: Reading, head: bytes) -> Iterator[tuple[int, Sequence[str] | Fault]]:
    csv.field_size_limit(HIGHEST_FIELD)
    raw: Any = gzip.GzipFile(fileobj=stream) if head.startswith(GZIP) else stream
    try:
        start = raw.read(4096) if raw is not stream else head
        raw.seek(0)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield 1, Fault("truncated", str(error))
        return
    encoding = reading.encoding or ("utf-16" if start.startswith(UTF16) else "utf-8-sig")
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
    try:
        rows = csv.reader(text, delimiter=reading.delimiter or _delimiter(start.decode(encoding, "replace")))
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield rows.line_num, Fault("unparsable", str(error))
                continue
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                yield rows.line_num + 1, Fault("truncated", str(error))
                return
            yield rows.line_num, [_decoded(cell) for cell in cells]
    finally:
        with suppress(ValueError):
            text.detach()


def _delimiter(start: str) -> str:
    line = start.partition("\n")[0]
    return max(",;\t|", key=line.count)


def _decoded(cell: str) -> str:
    """The cell, its bytes read as gb18030 where they are not utf-8; U+FFFD marks what is neither."""
    if cell.isascii():
        return cell
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return cell.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return cell


def _xlsx_rows(stream: BinaryIO, reading: Reading, name: str) -> Iterator[tuple[int, Sequence[str] | Fault]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(stream, read_only=True, data_only=True)
        sheet: Any = book[reading.sheet] if reading.sheet else book.worksheets[0]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError, EOFError) as error:
        raise InvalidInput(
            _("“%(name)s”不是可读的 xlsx 工作簿：%(why)s。") % {"name": name, "why": str(error)[:120]},
            code="unreadable_file",
        ) from None
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = _Padded(_cell_text(cell) for cell in cells)
            while texts and not texts[-1]:
                texts.pop()
            yield number, texts
    finally:
        book.close()


def _cell_text(value: object) -> str:
    """A cell as the same export would write it into a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.replace(microsecond=0).isoformat(" ")
        case date():
            return value.isoformat()
        case time():
            return f"{value.hour}:{value.minute:02}:{value.second:02}"
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)
