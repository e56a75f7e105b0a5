"""Cells → instants and durations, with time zones, midnight and daylight saving taken care of."""

from __future__ import annotations

import re
from collections.abc import Mapping as Row
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from kefu.areas.calls.engine.rows.mapping import UNITS, Duration, Instant, Mapping

DAY_MS = 86_400_000
EARLIEST_MS, LATEST_MS = 0, 4_102_444_800_000
"""1970 to 2100: an instant outside is a slip of the pen or of a clock."""
CLOCK = re.compile(r"(-?)(\d{1,4}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?\Z")


class Unreadable(ValueError):
    """A cell does not hold what its column should; ``code`` names the sort of fault."""

    def __init__(self, column: str, value: str, code: str = "unparsable") -> None:
        super().__init__(f"{column} = {value[:60]!r}")
        self.code = code


def instants(mapping: Mapping, row: Row[str, str]) -> dict[str, int | None]:
    """Each instant of the mapping in ms since the epoch, or ``None`` where the row leaves it blank."""
    found: dict[str, int | None] = {}
    for instant in mapping.instants.values():
        found[instant.name] = _instant(mapping, instant, row, found)
    return found


def durations(mapping: Mapping, row: Row[str, str], moments: Row[str, int | None]) -> dict[str, float | None]:
    """Each duration of the mapping in seconds: as stated, else as lies between its instants, else ``None``."""
    found: dict[str, float | None] = {}
    for duration in mapping.durations.values():
        stated = stated_seconds(duration, row)
        length = between(duration, moments) if stated is None else stated
        found[duration.name] = None if length is None else length - (found.get(duration.minus) or 0)
    return found


def between(duration: Duration, moments: Row[str, int | None]) -> float | None:
    """The seconds from the duration's start to its end, when both are declared and known."""
    start, end = moments.get(duration.start), moments.get(duration.end)
    return None if start is None or end is None else (end - start) / 1000


def stated_seconds(duration: Duration, row: Row[str, str]) -> float | None:
    """The duration as its own column states it; ``None`` when there is no column or the cell is empty."""
    if not duration.column:
        return None
    text = row.get(duration.column, "").strip()
    if not text:
        return None
    if duration.unit == "clock":
        seconds = clock_seconds(text)
        if seconds is None:
            raise Unreadable(duration.column, text)
        return seconds
    try:
        value = float(text)
    except ValueError:
        raise Unreadable(duration.column, text) from None
    if not -1e9 < value < 1e9:
        raise Unreadable(duration.column, text)
    return value * UNITS[duration.unit]


@lru_cache(maxsize=200_000)
def clock_seconds(text: str) -> float | None:
    """``h:mm:ss`` (or ``h:mm``) → seconds; ``None`` when it is not written so."""
    match = CLOCK.match(text)
    if match is None:
        return None
    sign, hours, minutes, seconds, fraction = match.groups()
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    value = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")
    return -value if sign else value


def local_offset(ms: int, tz: str) -> timedelta:
    """The zone's offset at that instant."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(tz)).utcoffset() or timedelta()


def _instant(mapping: Mapping, instant: Instant, row: Row[str, str], known: Row[str, int | None]) -> int | None:
    text = row.get(instant.column, "").strip()
    if instant.blank_when is not None and instant.blank_when.holds(lambda key: row.get(key, "").strip()):
        return None
    if not text:
        if instant.required:
            raise Unreadable(instant.column, text, "missing")
        return None
    match instant.format:
        case "time":
            ms = _time_of_day(mapping, instant, row, text, known)
        case "epoch" | "epoch_ms":
            try:
                ms = round(float(text) * (1000 if instant.format == "epoch" else 1))
            except (ValueError, OverflowError):
                raise Unreadable(instant.column, text) from None
        case _:
            ms = _datetime(mapping, instant, text, known)
    if not EARLIEST_MS <= ms < LATEST_MS:
        raise Unreadable(instant.column, text, "absurd-date")
    return ms


def _datetime(mapping: Mapping, instant: Instant, text: str, known: Row[str, int | None]) -> int:
    moment = _parse(text, instant.patterns)
    if moment is None:
        raise Unreadable(instant.column, text)
    if moment.tzinfo is not None:
        return int(moment.timestamp() * 1000)
    candidates = _local_ms(moment, mapping.time_zone)
    anchor = known.get(instant.after) if instant.after else None
    if anchor is None or len(candidates) == 1:
        return candidates[0]
    return min(candidates, key=lambda ms: (ms < anchor, abs(ms - anchor)))


def _parse(text: str, patterns: tuple[str, ...]) -> datetime | None:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 the zone is the mapping's
        except ValueError:
            continue
    if patterns:
        return None
    try:
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


def _time_of_day(mapping: Mapping, instant: Instant, row: Row[str, str], text: str, known: Row[str, int | None]) -> int:
    seconds = clock_seconds(text)
    if seconds is None or not 0 <= seconds < 86_400:
        raise Unreadable(instant.column, text)
    anchor = known.get(instant.after) if instant.after else None
    if anchor is None:
        if not instant.date:
            raise Unreadable(instant.column, text, "missing")
        day = parse_day(row.get(instant.date, "").strip(), instant.date_patterns)
        if day is None:
            raise Unreadable(instant.date, row.get(instant.date, ""))
        return _at(day, seconds, mapping.time_zone)[0]
    day = _day_of(anchor // 900_000, mapping.time_zone)
    expected = anchor + _expected_ms(mapping, instant, row)
    start, length = _day_frame(day, mapping.time_zone)
    if length == DAY_MS and abs(start + seconds * 1000 - expected) < DAY_MS // 2:
        return start + int(seconds * 1000)
    candidates = [
        ms for days in (0, 1, -1) for ms in _at(day + timedelta(days=days), seconds, mapping.time_zone)
    ]  # fmt: skip
    return min(candidates, key=lambda ms: abs(ms - expected))


def _expected_ms(mapping: Mapping, instant: Instant, row: Row[str, str]) -> int:
    """How long after its anchor the row itself says that the instant lies (decides at midnight and in autumn)."""
    for duration in mapping.durations.values():
        if duration.start == instant.after and duration.end == instant.name:
            return int((stated_seconds(duration, row) or 0) * 1000)
    return 0


@lru_cache(maxsize=4096)
def parse_day(text: str, patterns: tuple[str, ...]) -> date | None:
    """The date written in ``text``, by the first pattern that fits."""
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 a date has no zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _at(day: date, seconds: float, tz: str) -> tuple[int, ...]:
    """The instants at which the zone's clock shows that time on that day: one, or two when it is set back."""
    start, length = _day_frame(day, tz)
    if length == DAY_MS:
        return (start + int(seconds * 1000),)
    return _local_ms(datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds), tz)


@lru_cache(maxsize=65_536)
def _day_of(quarter: int, tz: str) -> date:
    """The local day of that quarter of an hour since the epoch (no zone is set within a quarter)."""
    return datetime.fromtimestamp(quarter * 900, ZoneInfo(tz)).date()


@lru_cache(maxsize=4096)
def _day_frame(day: date, tz: str) -> tuple[int, int]:
    """When the local day begins, and how long it is (ms)."""
    zone = ZoneInfo(tz)
    start, end = (
        int(datetime.combine(one, datetime.min.time(), tzinfo=zone).timestamp() * 1000)
        for one in (day, day + timedelta(days=1))
    )
    return start, end - start


def _local_ms(moment: datetime, tz: str) -> tuple[int, ...]:
    zone = ZoneInfo(tz)
    both = [int(moment.replace(tzinfo=zone, fold=fold).timestamp() * 1000) for fold in (0, 1)]
    return (both[0],) if both[0] >= both[1] else (both[0], both[1])
