"""Given rows, when they are exported, then a spreadsheet shows them and runs none of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.imports.export import to_csv, to_xlsx

MOMENT = datetime(2026, 11, 20, 6, 32, 5, tzinfo=UTC)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_holds_local_time_and_defused_texts() -> None:
    content = to_csv(["姓名", "=x"], [["=1+1", MOMENT], ["-2", -2], ["@a", None], ["王", Decimal("1.50")]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [
        ["姓名", "'=x"],
        ["'=1+1", "2026-11-20 14:32:05"],
        ["'-2", "-2"],
        ["'@a", ""],
        ["王", "1.50"],
    ]


def test_xlsx_holds_real_values_and_texts_that_do_not_run() -> None:
    content = to_xlsx(
        ["姓名", "时间", "天", "数"], [["=1+1", MOMENT, date(2026, 11, 20), 3], ["a\x00b", None, None, 0.5]]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["姓名", "时间", "天", "数"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    assert sheet["B2"].value == datetime(2026, 11, 20, 14, 32, 5)
    assert sheet["D2"].value == 3
    assert sheet["A3"].value == "ab"
    assert sheet.freeze_panes == "A2"


@given(st.lists(st.lists(st.one_of(st.text(max_size=20), st.integers(-9, 9), st.none()), min_size=2, max_size=2)))
def test_no_text_begins_like_a_formula(rows: list[list[object]]) -> None:
    for written, given_row in zip(read_csv(to_csv(["a", "b"], rows))[1:], rows, strict=False):
        for text, value in zip(written, given_row, strict=False):
            if isinstance(value, str) and text:
                assert text[0] not in "=+-@\t\r"
