"""What a fold of one source needs at hand, and the marks it leaves for the facts."""

from __future__ import annotations

from datetime import date
from hashlib import sha1
from uuid import UUID

from kefu.areas.calls import rules
from kefu.areas.calls.engine.formats import FORMATS, Format
from kefu.areas.calls.engine.slots import SLOT_MS, SLOT_SECONDS, Slots, utc
from kefu.areas.calls.models import Source
from kefu.areas.calls.rules import Limits
from kefu.areas.calls.services.names import Names
from kefu.kernel import clock
from kefu.platform.calendars import queries as calendars
from kefu.platform.calendars.rules import Schedule, open_seconds
from kefu.platform.metrics import services as metrics
from kefu.platform.params import queries as params

NAMESPACE = UUID("7d1c1f0e-52c9-4d1a-9c57-0b6d3a2f8e11")
_PREFIX = NAMESPACE.bytes
FACTS = "calls.facts"
MOST_MARKS = 400
"""With more dirty buckets than that, whole days are marked."""


def contact_id(source_code: str, call_key: str) -> str:
    """The id of a call: the same in every replay."""
    return _uuid5(f"{source_code}\0{call_key}")


def visit_id(source_code: str, call_key: str, number: int) -> str:
    """The id of a visit: the same in every replay."""
    return _uuid5(f"{source_code}\0{call_key}\0{number}")


def _uuid5(name: str) -> str:
    """``str(uuid5(NAMESPACE, name))``, without the detour through objects."""
    text = sha1(_PREFIX + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


class Context:
    """One fold's view of its source: names, slots, parameters of each day, schedules, dirty marks."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.format: Format = FORMATS.get(source.kind)
        self.slots = Slots(source.time_zone)
        self.names = Names(source)
        self.dirt = Dirt(source.pk)
        until = Source.objects.filter(pk=source.pk).values_list("history_until", flat=True).first()
        self.history_ms = int(until.timestamp() * 1000) if until else 0
        """Loaded history is final up to here: the raw log tells of what began later."""
        self._limits: dict[date, Limits] = {}
        self._schedules: dict[int | None, Schedule] = {}
        self._open: dict[tuple[int | None, int], int] = {}

    def limits(self, day: date) -> Limits:
        """The parameters in force when the local day began: a visit's flags do not depend on when it is folded."""
        found = self._limits.get(day)
        if found is None:
            at = clock.day_bounds(day, self.source.time_zone)[0]
            values = params.values([rules.SERVICE_LEVEL_SECONDS, rules.SHORT_ABANDON_SECONDS, rules.REPEAT_DAYS], at)
            found = self._limits[day] = Limits(
                int(values[rules.SERVICE_LEVEL_SECONDS]),
                int(values[rules.SHORT_ABANDON_SECONDS]),
                int(values[rules.REPEAT_DAYS]),
            )
        return found

    def open_seconds(self, calendar_id: int | None, start_ms: int, end_ms: int) -> int:
        """The seconds between two instants in which a queue's calendar is open; quarters are looked up once."""
        if end_ms <= start_ms:
            return 0
        first, last = start_ms // SLOT_MS, (end_ms - 1) // SLOT_MS
        if last - first < 8:
            shares = {self._open_share(calendar_id, quarter) for quarter in range(first, last + 1)}
            if shares == {SLOT_SECONDS}:
                return (end_ms - start_ms) // 1000
            if shares == {0}:
                return 0
        return open_seconds(self._schedule(calendar_id), utc(start_ms), utc(end_ms))

    def _open_share(self, calendar_id: int | None, quarter: int) -> int:
        key = (calendar_id, quarter)
        share = self._open.get(key)
        if share is None:
            start, end = utc(quarter * SLOT_MS), utc((quarter + 1) * SLOT_MS)
            share = self._open[key] = open_seconds(self._schedule(calendar_id), start, end)
        return share

    def _schedule(self, calendar_id: int | None) -> Schedule:
        if calendar_id not in self._schedules:
            self._schedules[calendar_id] = calendars.schedule(calendar_id)
        return self._schedules[calendar_id]


class Dirt:
    """The buckets of facts that no longer match; gathered, then marked at once."""

    def __init__(self, source_id: int) -> None:
        self.source_id = source_id
        self.queues: set[tuple[int, date, int]] = set()
        self.agents: dict[tuple[int | None, date], int] = {}
        self.days: set[date] = set()

    def queue(self, queue_id: int, day: date, slot_second: int) -> None:
        """A queue's quarter of an hour."""
        self.queues.add((queue_id, day, slot_second))

    def agent(self, agent_id: int | None, day: date, slot_second: int, *, nameless: bool = False) -> None:
        """An agent's day from a quarter on; ``nameless``: also conversations whose agent the source does not name."""
        if agent_id is not None or nameless:
            known = self.agents.get((agent_id, day))
            if known is None or slot_second < known:
                self.agents[agent_id, day] = slot_second

    def mark(self) -> None:
        """Write the marks, in the transaction of the change."""
        if len(self.queues) + len(self.agents) > MOST_MARKS:
            self.days |= {day for _queue, day, _slot in self.queues} | {day for _agent, day in self.agents}
        keys: list[list[object]] = [["d", self.source_id, day.isoformat()] for day in sorted(self.days)]
        keys += [
            ["q", self.source_id, queue, day.isoformat(), slot]
            for queue, day, slot in sorted(self.queues)
            if day not in self.days
        ]
        keys += [
            ["a", self.source_id, agent, day.isoformat(), slot]
            for (agent, day), slot in sorted(self.agents.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
            if day not in self.days
        ]
        if keys:
            metrics.mark_dirty(FACTS, keys)
