"""When an alert begins and ends: pure, a fold over readings.

A reading breaks its rule, comes near it (inside the hysteresis between the limits for firing and for clearing) or is
clear. An alert fires when every reading of ``hold_seconds`` broke the rule, and clears when every reading of
``clear_seconds`` was clear. Readings further apart than ``gap_seconds`` prove nothing about the time between them: a
hold then starts afresh. So between firing and clearing lies at least ``clear_seconds``, between clearing and firing
again at least ``hold_seconds``, and folding a series in pieces gives what folding it whole gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from kefu.areas.insight.choices import Condition

SIGMA = 1.4826
"""The median absolute deviation of a normal distribution times this is its standard deviation (Rousseeuw & Croux 1993)."""
LEAST_SPREAD = 0.02
"""A history that hardly varies is still allowed this much, relative to its median."""
CLEAR_SHARE = 0.7
"""A trend clears inside this share of the usual range."""


class Side(StrEnum):
    """On which side of its usual range a metric is a trouble."""

    LOW = "low"
    HIGH = "high"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says: limits, least sample and how long a reading must hold."""

    condition: Condition
    limit: float | None = None
    clear_at: float | None = None
    side: Side = Side.BOTH
    minimum_n: float = 0
    hold_seconds: int = 0
    clear_seconds: int = 0
    gap_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Band:
    """The usual range of the same weekday at the same time: the median of ``days`` days and its robust spread."""

    middle: float
    spread: float
    days: int

    @property
    def low(self) -> float:
        """The lower end."""
        return self.middle - self.spread

    @property
    def high(self) -> float:
        """The upper end."""
        return self.middle + self.spread


@dataclass(frozen=True, slots=True)
class Reading:
    """One number at one instant; ``n`` is its sample, ``usual`` its range, ``is_open`` whether the service is."""

    at: datetime
    value: float | None
    n: float = 0
    usual: Band | None = None
    is_open: bool = True


class Verdict(StrEnum):
    """What a reading says about its rule."""

    BREACH = "breach"
    NEAR = "near"
    CLEAR = "clear"


class Phase(StrEnum):
    """Where the watch over one number stands."""

    QUIET = "quiet"
    PENDING = "pending"
    FIRING = "firing"
    CLEARING = "clearing"


class Change(StrEnum):
    """What a reading changed."""

    NONE = ""
    FIRED = "fired"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Watch:
    """The state between two readings: since when the present hold lasts, and when the last reading was."""

    phase: Phase = Phase.QUIET
    since: datetime | None = None
    last_at: datetime | None = None

    @property
    def is_firing(self) -> bool:
        """Whether an alert stands."""
        return self.phase in (Phase.FIRING, Phase.CLEARING)


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert of a series: its first and last reading (none while it stands) and the reading that fired it."""

    fired: Reading
    cleared_at: datetime | None = None


def usual(values: Sequence[float], sensitivity: float, least_days: int) -> Band | None:
    """Median ± ``sensitivity`` robust standard deviations; ``None`` with fewer than ``least_days`` days."""
    if len(values) < max(least_days, 1):
        return None
    middle = float(median(values))
    deviation = SIGMA * float(median(abs(value - middle) for value in values))
    return Band(middle, sensitivity * max(deviation, abs(middle) * LEAST_SPREAD, 1e-9), len(values))


def judge(terms: Terms, reading: Reading) -> Verdict:
    """What the reading says; closed hours, too small a sample and no value are clear (nothing is proven)."""
    if not reading.is_open:
        return Verdict.CLEAR
    if terms.condition is Condition.MISSING:
        limit = terms.limit or 0
        return Verdict.BREACH if reading.value is None or reading.value <= limit else Verdict.CLEAR
    if reading.value is None or reading.n < terms.minimum_n:
        return Verdict.CLEAR
    if terms.condition is Condition.TREND:
        return _against_usual(terms, reading.value, reading.usual)
    if terms.limit is None:
        return Verdict.CLEAR
    clear_at = terms.limit if terms.clear_at is None else terms.clear_at
    if terms.condition is Condition.BELOW:
        return _verdict(reading.value < terms.limit, reading.value < clear_at)
    return _verdict(reading.value > terms.limit, reading.value > clear_at)


def _against_usual(terms: Terms, value: float, band: Band | None) -> Verdict:
    if band is None:
        return Verdict.CLEAR
    off = value - band.middle
    if terms.side is Side.LOW:
        off = -off
    elif terms.side is Side.BOTH:
        off = abs(off)
    return _verdict(off > band.spread, off > band.spread * CLEAR_SHARE)


def _verdict(is_broken: bool, is_near: bool) -> Verdict:
    return Verdict.BREACH if is_broken else Verdict.NEAR if is_near else Verdict.CLEAR


def step(terms: Terms, watch: Watch, reading: Reading) -> tuple[Watch, Change]:
    """The watch after one more reading, and what that changed. A reading that is not newer changes nothing."""
    if watch.last_at is not None and reading.at <= watch.last_at:
        return watch, Change.NONE
    is_unbroken = watch.last_at is not None and reading.at - watch.last_at <= timedelta(seconds=terms.gap_seconds)
    verdict = judge(terms, reading)
    if watch.is_firing:
        if verdict is not Verdict.CLEAR:
            return Watch(Phase.FIRING, None, reading.at), Change.NONE
        holding, goal = Phase.CLEARING, terms.clear_seconds
    else:
        if verdict is not Verdict.BREACH:
            return Watch(Phase.QUIET, None, reading.at), Change.NONE
        holding, goal = Phase.PENDING, terms.hold_seconds
    since = watch.since if watch.phase is holding and is_unbroken and watch.since else reading.at
    if reading.at - since < timedelta(seconds=goal):
        return Watch(holding, since, reading.at), Change.NONE
    if watch.is_firing:
        return Watch(Phase.QUIET, None, reading.at), Change.CLEARED
    return Watch(Phase.FIRING, None, reading.at), Change.FIRED


def run(
    terms: Terms, readings: Iterable[Reading], watch: Watch | None = None, episodes: Sequence[Episode] = ()
) -> tuple[Watch, list[Episode]]:
    """Fold readings in order; ``watch`` and ``episodes`` are what an earlier part of the series came to."""
    watch, found = watch or Watch(), list(episodes)
    for reading in readings:
        watch, change = step(terms, watch, reading)
        if change is Change.FIRED:
            found.append(Episode(reading))
        elif change is Change.CLEARED and found:
            found[-1] = replace(found[-1], cleared_at=reading.at)
    return watch, found
