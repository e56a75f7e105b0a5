"""The shape of what the wallboard is drawn from: the contract with whoever publishes ``calls.wall.<scope>``.

Published at most once a second and at least every five, so that ``as_of`` proves freshness. Instants are ISO 8601 in
UTC, ids are numbers, metric codes are those of the catalogue. What is missing is shown as a dash; what is not known
here is ignored.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

VERSION = 1
MOST_AGENTS = 400
"""More tiles than that nobody can read; alarms come first."""


class Ratio(TypedDict):
    """The parts of a number; ``previous`` is the same weekday last week up to the same time."""

    numerator: float | None
    denominator: float | None
    n: float
    previous: NotRequired[Ratio | None]


class Place(TypedDict):
    """A site, a team, or the whole centre (``id`` null)."""

    id: int | None
    name: str


class ScopeOf(TypedDict):
    """What the board covers: ``key`` is the end of the topic, ``kind`` is ``all``, ``site`` or ``team``."""

    key: str
    kind: str
    id: int | None
    name: str


class States(TypedDict):
    """How many agents are in which state."""

    ready: int
    ringing: int
    talking: int
    holding: int
    wrap_up: int
    not_ready: int
    offline: int


class Totals(TypedDict):
    """The whole scope: now, and today so far by event time."""

    waiting: int
    waiting_before: int | None
    longest_wait_since: str | None
    longest_wait_queue: str | None
    agents: States
    online: int
    known: int
    metrics: dict[str, Ratio]


class QueueNow(TypedDict):
    """One queue now and today so far."""

    id: int
    code: str
    name: str
    site: Place | None
    waiting: int
    longest_wait_since: str | None
    agents: States
    metrics: dict[str, Ratio]


class AgentNow(TypedDict):
    """One agent now; ``alarm`` is empty, ``long_talk``, ``long_wrap`` or ``long_not_ready``."""

    id: int
    code: str
    name: str
    team: Place | None
    state: str
    reason: str
    since: str | None
    queue: str | None
    limit_seconds: int | None
    alarm: str


class Series(TypedDict):
    """The local day in half hours (48); ``None`` stands for what has not come yet."""

    step_minutes: int
    offered: list[int | None]
    offered_last_week: list[int | None]
    service_level: list[tuple[float, float] | None]


class Alarm(TypedDict):
    """Something that needs a look; the page finds the words in the viewer's language."""

    kind: str
    tone: str
    queue: str | None
    agent: int | None
    name: str
    since: str | None
    value: float | None
    limit: float | None


class Wall(TypedDict):
    """Everything on one wallboard."""

    v: int
    as_of: str
    tz: str
    day: str
    scope: ScopeOf
    totals: Totals
    queues: list[QueueNow]
    agents: list[AgentNow]
    agents_total: int
    series: Series
    alarms: list[Alarm]
