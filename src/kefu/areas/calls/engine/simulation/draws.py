"""Chance, drawn beforehand with numpy: one row of numbers per visit, turned into times by the queue's figures."""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from kefu.areas.calls.engine.simulation.centre import Centre, QueueSpec
from kefu.areas.calls.engine.simulation.facts import Kind
from kefu.areas.calls.engine.simulation.staffing import Weather, expected_calls

QUARTER_MS = 900_000
PHONE_PREFIX = "154"
"""A block that no operator has been given, so that no demo number belongs to anybody."""


class Draws:
    """Rows of random numbers as plain lists (the loop reads them one at a time)."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self.size = size
        self.talk: list[float] = rng.standard_normal(size).tolist()
        self.wrap: list[float] = rng.standard_normal(size).tolist()
        self.stamina: list[float] = rng.standard_exponential(size).tolist()
        self.uniform: list[float] = rng.random(size).tolist()
        self.fate: list[float] = rng.random(size).tolist()
        self.exit: list[float] = rng.random(size).tolist()
        self.hold: list[float] = rng.random(size).tolist()
        self.redial: list[float] = rng.random(size).tolist()
        self.ring_ms: list[int] = (1500 + rng.gamma(2.0, 1100.0, size)).astype(int).clip(max=14_500).tolist()

    @staticmethod
    def phone(caller: int) -> str:
        """The number of a customer: a fixed permutation of eight digits behind the unassigned prefix."""
        return f"{PHONE_PREFIX}{(caller * 7_919_977 + 20_261_120) % 100_000_000:08d}"

    def talk_ms(self, row: int, spec: QueueSpec, slow: float) -> int:
        """Log-normal talking time, at least three seconds, at most an hour."""
        seconds = slow * spec.talk_median_seconds * math.exp(spec.talk_log_sd * self.talk[row])
        return int(min(max(seconds, 3.0), 3600.0) * 1000)

    def wrap_ms(self, row: int, spec: QueueSpec, slow: float) -> int:
        """Log-normal wrap-up, at least two seconds, at most ten minutes."""
        seconds = slow * spec.wrap_median_seconds * math.exp(spec.wrap_log_sd * self.wrap[row])
        return int(min(max(seconds, 2.0), 600.0) * 1000)

    def hold_ms(self, row: int, spec: QueueSpec) -> int:
        """Time on hold, 0 for most calls."""
        if self.hold[row] >= spec.hold_share:
            return 0
        spread = self.hold[row] / spec.hold_share
        return int(spec.hold_median_seconds * math.exp(1.6 * (spread - 0.5)) * 1000)

    def patience(self, row: int, spec: QueueSpec, *, consulted: bool) -> tuple[int, Kind]:
        """After how many milliseconds the caller leaves if nobody answers, and how.

        Weibull patience cut by the queue's timeout; some press the key for a call-back first. An agent who consults
        gives up after 75 seconds.
        """
        if consulted:
            return 75_000, Kind.ABANDONED
        seconds = spec.patience_scale_seconds * self.stamina[row] ** (1.0 / spec.patience_shape)
        kind = Kind.ABANDONED
        luck = self.exit[row]
        if luck < spec.key_share:
            asked = 25.0 + 40.0 * self.uniform[row]
            if asked < seconds:
                seconds, kind = asked, Kind.KEY_PRESSED
        elif luck < spec.key_share * 1.2:
            asked = 30.0 + 60.0 * self.uniform[row]
            if asked < seconds:
                seconds, kind = asked, Kind.WITHDRAWN
        if seconds > spec.timeout_seconds:
            seconds, kind = float(spec.timeout_seconds), Kind.TIMED_OUT
        return max(400, int(seconds * 1000)), kind


def arrivals(
    centre: Centre, day: date, sky: Weather, rng: np.random.Generator, volume: float
) -> list[tuple[int, int, int]]:
    """(millisecond, queue, customer) of each first call of the day, in the order of time: Poisson per quarter."""
    times: list[np.ndarray] = []
    queues: list[np.ndarray] = []
    for number, queue in enumerate(centre.queues):
        rate = expected_calls(queue, day.weekday()) * sky.volume * volume
        for code, begin, end, factor in sky.surges:
            if code == queue.code:
                rate[begin:end] *= factor
        counts = rng.poisson(rate)
        at = np.repeat(np.arange(len(counts)) * QUARTER_MS, counts) + rng.integers(0, QUARTER_MS, counts.sum())
        times.append(at)
        queues.append(np.full(len(at), number))
    at, queue_of = np.concatenate(times), np.concatenate(queues)
    order = np.argsort(at, kind="stable")
    callers = (centre.customers * rng.random(len(at)) ** 1.5).astype(int)
    return list(zip(at[order].tolist(), queue_of[order].tolist(), callers.tolist(), strict=True))
