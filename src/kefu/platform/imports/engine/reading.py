"""Header and rows of a file, streamed: memory does not grow with the file."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from kefu.kernel.errors import InvalidInput
from kefu.platform.imports.engine.sniffing import check_archive, check_head, detect_encoding, refuse

MAX_COLUMNS = 200
MAX_CELL = 100_000
DELIMITERS = ",;\t|"
HEAD_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read."""

    format: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_row: int


Cells = list[Any]


def inspect(path: Path) -> Layout:
    """Look at the whole file's form and its header; raises ``InvalidInput`` that says what to do."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = check_head(head)
    encoding = delimiter = ""
    if kind == "xlsx":
        check_archive(path)
    else:
        encoding = detect_encoding(path)
        delimiter = _delimiter(path, encoding)
    with _opened(path, kind, encoding, delimiter) as rows:
        for number, cells in rows:
            if any(_filled(cell) for cell in cells):
                return Layout(kind, encoding, delimiter, check_header(cells), number)
    raise refuse(_("文件里没有内容：第一行应为表头，从第二行起是数据。"), "file_empty")


@contextmanager
def opened(path: Path, layout: Layout) -> Iterator[Iterator[tuple[int, Cells]]]:
    """The rows behind the header as (row number, cells); rows without any content are left out."""
    with _opened(path, layout.format, layout.encoding, layout.delimiter) as rows:
        yield _body(rows, layout)


def check_header(cells: Cells) -> tuple[str, ...]:
    """The header as texts; raises ``InvalidInput`` for gaps, doubles, or too many columns."""
    names = [" ".join(str(cell).split()) if _filled(cell) else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise refuse(
            _("表头有 %(count)d 列，最多 %(limit)d 列。请删除不需要的列。")
            % {"count": len(names), "limit": MAX_COLUMNS},
            "header_too_wide",
        )
    empty = [str(index) for index, name in enumerate(names, start=1) if not name]
    if empty:
        raise refuse(
            _("第 %(columns)s 列没有表头。请补上列名，或删除空列。") % {"columns": "、".join(empty[:10])},
            "header_empty",
        )
    folded = [name.casefold() for name in names]
    doubles = sorted({name for name in names if folded.count(name.casefold()) > 1})
    if doubles:
        raise refuse(
            _("表头重复：%(names)s。请改名或删除多余的列。") % {"names": "、".join(doubles[:10])}, "header_duplicate"
        )
    too_long = next((name for name in names if len(name) > 200), None)
    if too_long:
        raise refuse(
            _("表头过长（“%(name)s…”）。第一行应为列名，请检查是否少了表头。") % {"name": too_long[:30]}, "header_long"
        )
    return tuple(names)


def _body(rows: Iterator[tuple[int, Cells]], layout: Layout) -> Iterator[tuple[int, Cells]]:
    for number, cells in rows:
        if number > layout.header_row and any(_filled(cell) for cell in cells):
            yield number, cells


@contextmanager
def _opened(path: Path, kind: str, encoding: str, delimiter: str) -> Iterator[Iterator[tuple[int, Cells]]]:
    if kind == "csv":
        with path.open(encoding=encoding, errors="strict", newline="") as file:
            yield _csv_rows(csv.reader(file, delimiter=delimiter, strict=True))
        return
    with path.open("rb") as file:
        try:
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except (
            InvalidFileException,
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            SyntaxError,
            EOFError,
            zlib.error,
        ) as error:
            raise _damaged() from error
        try:
            sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            if not sheets:
                raise refuse(_("工作簿里没有可见的工作表。"), "file_empty")
            yield _xlsx_rows(sheets[0])
        finally:
            workbook.close()


def _damaged() -> InvalidInput:
    return refuse(_("工作簿不完整或已损坏，可能没有传完。请在 Excel 中打开确认，另存后再上传。"), "file_truncated")


def _csv_rows(reader: Any) -> Iterator[tuple[int, Cells]]:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refuse(
                _("第 %(row)d 行无法读取（%(why)s）。多半是引号没有成对，或混入了二进制内容。")
                % {"row": number, "why": error},
                "csv_broken",
            ) from None
        yield number, cells


def _xlsx_rows(sheet: Any) -> Iterator[tuple[int, Cells]]:
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    while True:
        try:
            number, cells = next(rows)
        except StopIteration:
            return
        except (zipfile.BadZipFile, KeyError, EOFError, SyntaxError, zlib.error, ValueError) as error:
            raise _damaged() from error
        yield number, list(cells)


def _delimiter(path: Path, encoding: str) -> str:
    """The separator that the header line has most of."""
    with path.open(encoding=encoding, errors="strict", newline="") as file:
        line = ""
        while not line.strip():
            line = file.readline(65536)
            if not line:
                return ","
    return max(DELIMITERS, key=lambda mark: (line.count(mark), -DELIMITERS.index(mark)))


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""
