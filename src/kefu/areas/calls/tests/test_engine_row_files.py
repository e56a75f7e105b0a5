"""Files of rows: CSV in the encodings one meets, gzip, xlsx, and everything that is none of these."""

from __future__ import annotations

import gzip
import os
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from kefu.areas.calls.engine.rows import Mapping, parse_mapping
from kefu.areas.calls.engine.rows.files import FileRow, read_rows
from kefu.kernel.errors import InvalidInput

DOCUMENT = {
    "key": ["编号"],
    "instants": {"entered": {"column": "时间"}},
    "fields": {"queue": {"column": "队列"}},
    "rules": [{"outcome": "abandoned", "entered": "entered"}],
}
MAPPING = parse_mapping(DOCUMENT)
TEXT = "编号,时间,队列\n1,2026-11-20 09:00:00,投诉\n2,2026-11-20 09:00:05,咨询\n"
CELLS = [
    {"编号": "1", "时间": "2026-11-20 09:00:00", "队列": "投诉"},
    {"编号": "2", "时间": "2026-11-20 09:00:05", "队列": "咨询"},
]


def read(path: Path, content: bytes, mapping: Mapping = MAPPING) -> list[FileRow]:
    path.write_bytes(content)
    with path.open("rb") as stream:
        return list(read_rows(stream, mapping, path.name))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    rows = read(tmp_path / "a.csv", TEXT.encode(encoding))

    assert [row.cells for row in rows] == CELLS
    assert [row.number for row in rows] == [2, 3]


def test_a_file_in_two_encodings_is_read_cell_by_cell(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", TEXT.encode() + "3,2026-11-20 09:01:00,投诉\n".encode("gb18030"))

    assert rows[2].cells["队列"] == "投诉"


def test_gzip_semicolons_and_tabs(tmp_path: Path) -> None:
    assert [row.cells for row in read(tmp_path / "a.csv.gz", gzip.compress(TEXT.encode()))] == CELLS
    assert [row.cells for row in read(tmp_path / "b.csv", TEXT.replace(",", ";").encode())] == CELLS
    assert [row.cells for row in read(tmp_path / "c.txt", TEXT.replace(",", "\t").encode())] == CELLS


def test_a_file_without_header_gets_its_columns_from_the_mapping(tmp_path: Path) -> None:
    mapping = parse_mapping(DOCUMENT | {"read": {"columns": ["编号", "时间", "队列"]}})

    assert [row.cells for row in read(tmp_path / "a.csv", TEXT.partition("\n")[2].encode(), mapping)] == CELLS


def test_a_workbook_reads_like_the_csv_it_could_be(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编号", "时间", "队列", "时刻", "时长", "空"])
    sheet.append([1, datetime(2026, 11, 20, 9), "投诉", time(6, 5, 4), timedelta(hours=26, seconds=3), None])
    sheet.append([2.0, datetime(2026, 11, 20), "咨询"])
    book.save(tmp_path / "a.xlsx")

    first, second = read(tmp_path / "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    assert first.cells == {
        "编号": "1", "时间": "2026-11-20 09:00:00", "队列": "投诉", "时刻": "6:05:04", "时长": "26:00:03",
    }  # fmt: skip
    assert second.cells == {"编号": "2", "时间": "2026-11-20", "队列": "咨询"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"3,2026-11-20 09:00:00", "columns"),
        (b"3,2026-11-20 09:00:00,a,b", "columns"),
        (b"3,2026-11-20 \x00,a", "binary"),
        (b"3,2026-11-20 09:00:00,\xff\xfe\xfa", "undecodable"),
    ],
)
def test_a_torn_row_is_told_and_the_next_is_read(tmp_path: Path, line: bytes, code: str) -> None:
    rows = read(tmp_path / "a.csv", TEXT.encode() + b"\n" * 9000 + line + b"\n4,2026-11-20 09:00:00,x\n")

    bad, last = rows[2:]
    assert bad.fault is not None
    assert bad.fault.code == code
    assert (last.fault, last.cells["编号"]) == (None, "4")


def test_a_file_cut_off_in_the_middle_keeps_what_stands_before(tmp_path: Path) -> None:
    many = TEXT + "".join(f"{n},2026-11-20 09:00:00,{os.urandom(8).hex()}\n" for n in range(3, 20_000))
    rows = read(tmp_path / "a.csv.gz", gzip.compress(many.encode())[:-2000])

    assert len(rows) > 1000
    assert [row.fault.code for row in rows if row.fault] == ["truncated"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "binary_file"),
        (b"%PDF-1.7\n...", "binary_file"),
        (b"a,b\0,c\n", "binary_file"),
        (b"PK\x03\x04 but no workbook", "unreadable_file"),
        (b"\x1f\x8b broken", "unreadable_file"),
        ("编号,编号,时间,队列\n".encode(), "doubled_columns"),
        ("编号,时间\n1,2\n".encode(), "missing_columns"),
        (b"1795216047|NONE|NONE|NONE|QUEUESTART|\n", "missing_columns"),
    ],
)
def test_a_file_that_is_something_else_is_refused_whole(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(tmp_path / "a.csv", content)

    assert refusal.value.code == code
    assert "a.csv" in refusal.value.message


def test_missing_columns_are_named_with_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"队列.*编号、时间"):
        read(tmp_path / "a.csv", "编号,时间\n1,2\n".encode())
