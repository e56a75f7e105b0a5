"""January of the bank through the mapping equals an independent reading of the file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kefu.areas.calls.engine import rows
from kefu.areas.calls.engine.rows.files import read_rows
from kefu.areas.calls.engine.rows.judge import Fault, Ignored
from kefu.areas.calls.tests import bank
from kefu.areas.calls.tests.test_engine_rows import BANK

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not bank.JANUARY.exists(), reason=f"NOT RUN: the real data are absent ({bank.JANUARY})"),
]
JERUSALEM = ZoneInfo("Asia/Jerusalem")


def test_every_half_hour_and_day_equals_plain_arithmetic() -> None:
    half_hours: dict[tuple[date, int], bank.Sums] = {}
    set_aside: Counter[str] = Counter()
    left_out = 0
    with bank.JANUARY.open("rb") as stream:
        for row in read_rows(stream, BANK, "january"):
            said = rows.judge(BANK, row.cells)
            if isinstance(said, Fault):
                set_aside[said.code] += 1
                continue
            if isinstance(said, Ignored) or said.entered_ms is None:
                left_out += 1
                continue
            local = datetime.fromtimestamp(said.entered_ms / 1000, UTC).astimezone(JERUSALEM)
            sums = half_hours.setdefault((local.date(), local.hour * 2 + local.minute // 30), bank.Sums())
            wait, talk = said.seconds["wait"], said.seconds.get("talk", 0)
            sums.offered += 1
            if said.outcome == "answered":
                sums.answered += 1
                sums.answered_within += wait <= 20
                sums.answered_talked += talk > 0
                sums.wait_answered += wait
                sums.handle += talk
            else:
                sums.abandoned += 1
                sums.abandoned_within += wait <= 20
                sums.abandoned_short += wait < 5

    plain = bank.read()
    assert plain.rows == 31_599
    assert set_aside == plain.set_aside
    assert left_out == plain.left_out.total()
    assert half_hours == plain.half_hours


def test_what_january_sets_aside() -> None:
    assert bank.read().set_aside == {
        "negative-duration": 33,
        "answered-without-service": 42,
        "abandoned-with-service": 83,
        "service-overlaps-queue": 94,
        "service-overlaps-menu": 36,
        "gap-before-service": 2,
    }
