"""Time: instants are aware and in UTC, local dates and slots follow a named zone, rules take ``now``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=15)
"""The length of an interval in the fact tables."""
SLOTS_PER_DAY = 96
DEFAULT_ZONE = "Asia/Shanghai"


@lru_cache(maxsize=64)
def zone(name: str = DEFAULT_ZONE) -> ZoneInfo:
    """The zone of that IANA name; raises ``ZoneInfoNotFoundError`` when there is none."""
    return ZoneInfo(name)


def now() -> datetime:
    """The present instant. Called at the edges only; rules and folds take ``now`` as an argument."""
    return datetime.now(UTC)


def local_date(instant: datetime, tz: str = DEFAULT_ZONE) -> date:
    """The calendar day on which ``instant`` falls in ``tz``."""
    return instant.astimezone(zone(tz)).date()


def slot_start(instant: datetime) -> datetime:
    """The start (UTC) of the quarter of an hour in which ``instant`` falls."""
    instant = instant.astimezone(UTC)
    return instant.replace(minute=instant.minute - instant.minute % 15, second=0, microsecond=0)


def local_slot(instant: datetime, tz: str = DEFAULT_ZONE) -> int:
    """The quarter of the local day, 0 (00:00) to 95 (23:45), in which ``instant`` falls."""
    local = instant.astimezone(zone(tz))
    return local.hour * 4 + local.minute // 15


def day_bounds(day: date, tz: str = DEFAULT_ZONE) -> tuple[datetime, datetime]:
    """The instants (UTC) at which the local ``day`` begins and ends (exclusive)."""
    z = zone(tz)
    start = datetime.combine(day, time(), tzinfo=z).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=z).astimezone(UTC)
    return start, end
