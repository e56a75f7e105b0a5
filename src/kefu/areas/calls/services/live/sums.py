"""Today so far and the same weekday last week, by the time at which things happened: what the boards count.

Entries count when they entered, outcomes when they came to pass, conversations when they ended and states while they
lasted. Today is read at every push. Last week is read again when the quarter changes, and once a minute for the sake of
late lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from kefu.areas.calls.models import AgentDay, AgentFact, QueueFact, QueueFlow, TeamFlow
from kefu.areas.calls.services.sums import QUEUE_FLOW, TEAM_FLOW

WEEK = timedelta(days=7)
KEPT = timedelta(minutes=1)
STATE_SUMS = (
    "state_talking_seconds", "state_holding_seconds", "state_wrap_seconds", "state_ready_seconds",
    "state_ringing_seconds",
)  # fmt: skip
QUEUE_SUMS = ("offered", *QUEUE_FLOW)

QueueSums = dict[tuple[int, date, int], dict[str, int]]
TeamSums = dict[tuple[int | None, date], dict[str, int]]


@dataclass(slots=True)
class Sums:
    """By queue, local day and quarter; by team and local day."""

    queues: QueueSums
    teams: TeamSums


@dataclass(slots=True)
class LastWeek:
    """The sums of the same weekday last week, those of teams up to the running quarter; kept from push to push."""

    sums: Sums = field(default_factory=lambda: Sums({}, {}))
    of: tuple[date, int] | None = None
    read_at: datetime | None = None

    def upto(self, day: date, slot: int, now: datetime) -> Sums:
        """The sums of the week before ``day``, read again if they are of another quarter or a minute old."""
        if self.of != (day, slot) or self.read_at is None or not timedelta(0) <= now - self.read_at < KEPT:
            before = day - WEEK
            states = AgentFact.objects.filter(day=before, queue=None, local_slot__lt=slot)
            ended = TeamFlow.objects.filter(event_day=before, event_slot__lt=slot)
            self.sums = Sums(_queues(before), _teams(before, states, ended))
            self.of, self.read_at = (day, slot), now
        return self.sums


def today(day: date) -> Sums:
    """The sums of the running day."""
    return Sums(
        _queues(day),
        _teams(day, AgentDay.objects.filter(day=day, queue=None), TeamFlow.objects.filter(event_day=day)),
    )


def _queues(day: date) -> QueueSums:
    found: QueueSums = defaultdict(lambda: dict.fromkeys(QUEUE_SUMS, 0))
    entered = QueueFact.objects.filter(day=day).values("queue_id", "local_slot").annotate(offered_sum=Sum("offered"))
    for row in entered.order_by():
        found[row["queue_id"], day, row["local_slot"]]["offered"] = int(row["offered_sum"])
    happened = QueueFlow.objects.filter(event_day=day).values("queue_id", "event_slot")
    for row in _summed(happened, tuple(QUEUE_FLOW)):
        found[row["queue_id"], day, row["event_slot"]].update(_values(row, tuple(QUEUE_FLOW)))
    return dict(found)


def _teams(day: date, states: Any, ended: Any) -> TeamSums:
    names = (*STATE_SUMS, *TEAM_FLOW)
    found: TeamSums = defaultdict(lambda: dict.fromkeys(names, 0))
    for rows, columns in ((states, STATE_SUMS), (ended, tuple(TEAM_FLOW))):
        for row in _summed(rows.values("node_id"), columns):
            found[row["node_id"], day].update(_values(row, columns))
    return dict(found)


def _summed(rows: Any, columns: tuple[str, ...]) -> Any:
    return rows.annotate(**{f"sum_{name}": Sum(name) for name in columns}).order_by()


def _values(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, int]:
    return {name: int(row[f"sum_{name}"]) for name in columns}
