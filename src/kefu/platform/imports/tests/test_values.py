"""Given cells as files hold them, when they are typed, then the value is exact or the reason is clear."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.engine.values import BadCell, typed
from kefu.platform.imports.registry import Column

ZONE = ZoneInfo("Asia/Shanghai")
CHOICES = (("in", "呼入"), ("out", "呼出"))


def value_of(kind: ColumnKind, cell: Any, **extra: Any) -> Any:
    return typed(Column("c", "列", kind=kind, choices=CHOICES, **extra), cell, ZONE)


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        (ColumnKind.TEXT, "  a ", "a"),
        (ColumnKind.TEXT, 1001.0, "1001"),
        (ColumnKind.TEXT, "'=1", "=1"),
        (ColumnKind.INT, "1,234", 1234),
        (ColumnKind.INT, 3.0, 3),
        (ColumnKind.DECIMAL, "85%", Decimal("0.85")),
        (ColumnKind.BOOL, "是", True),
        (ColumnKind.BOOL, 0.0, False),
        (ColumnKind.DATE, "2026年11月20日", date(2026, 11, 20)),
        (ColumnKind.DATE, "2026/1/2", date(2026, 1, 2)),
        (ColumnKind.DATE, "20261120", date(2026, 11, 20)),
        (ColumnKind.DATE, datetime(2026, 11, 20, 8), date(2026, 11, 20)),
        (ColumnKind.DATETIME, "2026-11-20 14:32:05", datetime(2026, 11, 20, 14, 32, 5, tzinfo=ZONE)),
        (ColumnKind.DATETIME, "2026/11/20 9:05", datetime(2026, 11, 20, 9, 5, tzinfo=ZONE)),
        (ColumnKind.DURATION, "1:02:03", 3723),
        (ColumnKind.DURATION, "75", 75),
        (ColumnKind.DURATION, time(0, 1, 15), 75),
        (ColumnKind.DURATION, timedelta(hours=30), 108000),
        (ColumnKind.CHOICE, "呼出", "out"),
        (ColumnKind.CHOICE, "IN", "in"),
        (ColumnKind.INT, "", None),
        (ColumnKind.DATE, None, None),
    ],
)
def test_typed(kind: ColumnKind, cell: Any, expected: Any) -> None:
    assert value_of(kind, cell) == expected


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (ColumnKind.TEXT, 1.2345678901234567e17),
        (ColumnKind.TEXT, "#REF!"),
        (ColumnKind.TEXT, "a\x07b"),
        (ColumnKind.INT, "1.5"),
        (ColumnKind.INT, "NaN"),
        (ColumnKind.INT, True),
        (ColumnKind.DECIMAL, "1e99"),
        (ColumnKind.BOOL, "也许"),
        (ColumnKind.DATE, "2026-02-30"),
        (ColumnKind.DATE, "0001-01-01"),
        (ColumnKind.DATE, "20.11.2026"),
        (ColumnKind.DATETIME, "2026-11-20 25:00"),
        (ColumnKind.DURATION, "1:75:00"),
        (ColumnKind.DURATION, "-3"),
        (ColumnKind.CHOICE, "转接"),
    ],
)
def test_refused(kind: ColumnKind, cell: Any) -> None:
    with pytest.raises(BadCell):
        value_of(kind, cell)


@given(
    st.sampled_from(list(ColumnKind)),
    st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.none()),
)
def test_any_cell_is_typed_or_refused(kind: ColumnKind, cell: Any) -> None:
    with suppress(BadCell):
        value_of(kind, cell)
