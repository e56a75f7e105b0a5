"""An independent reading of the bank's call records: csv, dictionaries and plain arithmetic, nothing of the product.

The rules are those which ``examples/mappings/technion-bank.toml`` documents, written down a second time.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

JANUARY = Path(__file__).resolve().parents[6] / "shared" / "data" / "calls" / "bank_calls_1999-01.csv.gz"
if not JANUARY.exists():
    JANUARY = Path(__file__).resolve().parents[7] / "shared" / "data" / "calls" / "bank_calls_1999-01.csv.gz"
SECONDS, SHORT = 20, 5


@dataclass
class Sums:
    """What one half hour (or day) adds up to."""

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    answered_talked: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    abandoned_short: int = 0
    wait_answered: int = 0
    handle: int = 0

    def variants(self) -> dict[str, tuple[int, int]]:
        """Each number as (numerator, denominator), by the catalogue's formulae."""
        return {
            "service_level.f1": (self.answered_within + self.abandoned_within, self.answered + self.abandoned),
            "service_level.f2": (self.answered_within, self.answered),
            "service_level.f3": (self.answered_within, self.answered + self.abandoned),
            "service_level.f4": (self.answered_within, self.answered + self.abandoned - self.abandoned_within),
            "abandon_rate": (self.abandoned, self.offered),
            "asa": (self.wait_answered, self.answered),
            "aht": (self.handle, self.answered),
            "offered": (self.offered, 1),
        }


@dataclass
class Reading:
    """Every half hour (day, half hour of the day) and every day of a file, and what was set aside or left out."""

    half_hours: dict[tuple[date, int], Sums] = field(default_factory=dict)
    days: dict[date, Sums] = field(default_factory=dict)
    set_aside: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    rows: int = 0


def read(path: Path = JANUARY) -> Reading:
    """All of a month."""
    reading = Reading()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            reading.rows += 1
            _add(reading, row)
    return reading


def _seconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _apart(earlier: str, later: str) -> int:
    """Seconds between two times of day, the shorter way round the clock."""
    return (_seconds(later) - _seconds(earlier) + 43_200) % 86_400 - 43_200


def _fault(row: dict[str, str]) -> str:
    queued = not (row["q_start"] == "0:00:00" and int(row["q_time"]) == 0)
    served = not (row["ser_start"] == "0:00:00" and int(row["ser_time"]) == 0)
    if int(row["vru_time"]) < 0 or int(row["q_time"]) < 0 or int(row["ser_time"]) < 0:
        return "negative-duration"
    if row["outcome"] == "AGENT":
        if not served:
            return "answered-without-service"
        gap = _apart(row["q_exit"] if queued else row["vru_exit"], row["ser_start"])
        if gap < -5:
            return "service-overlaps-queue" if queued else "service-overlaps-menu"
        if gap > 60:
            return "gap-before-service"
    if row["outcome"] == "HANG" and served:
        return "abandoned-with-service"
    return ""


def _add(reading: Reading, row: dict[str, str]) -> None:
    fault = _fault(row)
    if fault:
        reading.set_aside[fault] += 1
        return
    queued = not (row["q_start"] == "0:00:00" and int(row["q_time"]) == 0)
    if row["outcome"] == "PHANTOM" or (row["outcome"] == "HANG" and not queued):
        reading.left_out[row["outcome"]] += 1
        return
    entered = datetime.fromisoformat(row["date"]) + timedelta(seconds=_seconds(row["vru_entry"]))
    entered += timedelta(seconds=_apart(row["vru_entry"], row["vru_exit"]))
    if queued:
        entered += timedelta(seconds=_apart(row["vru_exit"], row["q_start"]))
    half_hour = entered.hour * 2 + entered.minute // 30
    for sums in (
        reading.half_hours.setdefault((entered.date(), half_hour), Sums()),
        reading.days.setdefault(entered.date(), Sums()),
    ):
        wait = int(row["q_time"])
        sums.offered += 1
        if row["outcome"] == "AGENT":
            sums.answered += 1
            sums.answered_within += wait <= SECONDS
            sums.answered_talked += int(row["ser_time"]) > 0
            sums.wait_answered += wait
            sums.handle += int(row["ser_time"])
        else:
            sums.abandoned += 1
            sums.abandoned_within += wait <= SECONDS
            sums.abandoned_short += wait < SHORT
