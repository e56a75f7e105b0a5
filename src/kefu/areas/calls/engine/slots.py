"""Where an instant lies on the local calendar: quarter of an hour, day, place in the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from kefu.kernel import clock

SLOT_SECONDS = 900
SLOT_MS = SLOT_SECONDS * 1000


class Slot(NamedTuple):
    """A quarter of an hour: its start in seconds since the epoch, its local day and its place in that day (0–95)."""

    second: int
    day: date
    number: int


class Slots:
    """The quarters of one zone, each looked up once: no zone changes its offset inside a quarter."""

    def __init__(self, time_zone: str) -> None:
        self.time_zone = time_zone
        self.zone = clock.zone(time_zone)
        self._known: dict[int, Slot] = {}
        self._texts: dict[int, str] = {}

    def of_second(self, second: int) -> Slot:
        """The quarter in which that second lies."""
        quarter = second // SLOT_SECONDS
        slot = self._known.get(quarter)
        if slot is None:
            local = datetime.fromtimestamp(quarter * SLOT_SECONDS, self.zone)
            slot = Slot(quarter * SLOT_SECONDS, local.date(), local.hour * 4 + local.minute // 15)
            self._known[quarter] = slot
        return slot

    def of(self, at_ms: int) -> Slot:
        """The quarter in which that millisecond lies."""
        return self.of_second(at_ms // 1000)

    def day_text(self, second: int) -> str:
        """The local day of a second in ISO form."""
        quarter = second // SLOT_SECONDS
        text = self._texts.get(quarter)
        if text is None:
            text = self._texts[quarter] = self.of_second(second).day.isoformat()
        return text

    def midnight_ms(self, day: date) -> int:
        """The instant at which the local day begins."""
        return int(clock.day_bounds(day, self.time_zone)[0].timestamp()) * 1000

    def midnights(self, start_ms: int, end_ms: int) -> list[int]:
        """The local midnights that lie between two instants (both exclusive)."""
        day = self.of(start_ms).day
        last = self.of(end_ms).day
        found = []
        while day < last:
            day += timedelta(days=1)
            at = self.midnight_ms(day)
            if start_ms < at < end_ms:
                found.append(at)
        return found


def utc(at_ms: int) -> datetime:
    """The instant as an aware datetime."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
