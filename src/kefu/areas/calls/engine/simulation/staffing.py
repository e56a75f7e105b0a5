"""Who works when: the agents needed in each quarter of an hour, the shifts that cover them, the people who take them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from kefu.areas.calls.engine.simulation import shapes
from kefu.areas.calls.engine.simulation.centre import NIGHT_SHIFT, Centre, Pool, QueueSpec, Shift

SAFETY = 0.3
"""Agents above the load, in square roots of the load (Halfin and Whitt 1981): tuned to about 80 % within 20 s."""
ABSENT_SHARE = 0.035
RING_SECONDS = 4.0
MINIMUM_AT_NIGHT = 3
EVENING = 84
"""From this quarter (21:00) pools with night duty are spared, so that nobody's late shift runs into a night shift."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One agent's working day: seconds after local midnight, pauses as (second, length, reason)."""

    agent: int
    starts: int
    ends: int
    pauses: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Weather:
    """What is out of the ordinary on a day."""

    volume: float
    surges: tuple[tuple[str, int, int, float], ...]
    absent_share: float

    @property
    def is_bad(self) -> bool:
        """Whether a surge or an epidemic strikes."""
        return bool(self.surges) or self.absent_share > ABSENT_SHARE


def weather(centre: Centre, day: date, seed: int) -> Weather:
    """The day's volume factor, and now and then (one day in sixteen) a fault that floods a queue or an epidemic."""
    rng = np.random.default_rng([seed, day.toordinal(), 1])
    volume = float(np.clip(rng.normal(1.0, shapes.DAY_TO_DAY_SD), 0.85, 1.16))
    luck = rng.random()
    if luck < 0.035:
        site = centre.queues[int(rng.integers(len(centre.queues)))].site
        begin = int(rng.integers(36, 72))
        hit = max((queue for queue in centre.queues if queue.site == site), key=lambda queue: queue.calls_per_day)
        return Weather(volume, ((hit.code, begin, begin + 12, float(rng.uniform(2.0, 2.8))),), ABSENT_SHARE)
    if luck < 0.065:
        return Weather(volume, (), float(rng.uniform(0.16, 0.22)))
    return Weather(volume, (), ABSENT_SHARE)


def expected_calls(queue: QueueSpec, weekday: int) -> np.ndarray:
    """The mean number of calls in each quarter of that weekday."""
    mean_weight = sum(queue.weekdays) / 7
    return queue.calls_per_day * queue.weekdays[weekday] / mean_weight * shapes.quarter_weights(queue.hours)


def mean_handle_seconds(queue: QueueSpec) -> float:
    """The mean time a call keeps an agent: ring, talk, hold and wrap-up (means of the log-normals)."""
    talk = queue.talk_median_seconds * math.exp(queue.talk_log_sd**2 / 2)
    wrap = queue.wrap_median_seconds * math.exp(queue.wrap_log_sd**2 / 2)
    return RING_SECONDS + talk + wrap + queue.hold_share * queue.hold_median_seconds * 1.3


def pool_loads(centre: Centre, weekday: int) -> dict[str, np.ndarray]:
    """Erlangs per quarter that fall to each pool: a queue's load is shared among the pools that serve it first."""
    loads = {pool.code: np.zeros(shapes.QUARTERS) for pool in centre.pools}
    for queue in centre.queues:
        load = expected_calls(queue, weekday) * mean_handle_seconds(queue) / 900.0
        first = [pool for pool in centre.pools if (queue.code, 0) in pool.skills]
        takers = first or [pool for pool in centre.pools if any(code == queue.code for code, _ in pool.skills)]
        late_takers = [pool for pool in takers if not pool.is_night] or takers
        for hours, sharing in ((slice(0, EVENING), takers), (slice(EVENING, None), late_takers)):
            size = sum(len(pool.agents) for pool in sharing)
            for pool in sharing:
                loads[pool.code][hours] += load[hours] * len(pool.agents) / size
    return loads


def cover(need: np.ndarray, shifts: tuple[Shift, ...], limit: int) -> list[Shift]:
    """Shifts that cover ``need`` (agents per quarter), chosen one by one for what they relieve most."""
    coverage = {
        shift.code: np.array([shift.covers(quarter * 15 + 7) for quarter in range(shapes.QUARTERS)], dtype=float)
        for shift in shifts
    }
    missing = need.copy()
    chosen: list[Shift] = []
    while len(chosen) < limit:
        gap = np.clip(missing, 0, None)
        best = max(shifts, key=lambda shift: float((np.minimum(gap, 1.0) * gap * coverage[shift.code]).sum()))
        relief = float((np.minimum(gap, 1.0) * coverage[best.code]).sum())
        if relief < 6.0:
            break
        chosen.append(best)
        missing -= coverage[best.code]
    return chosen


@lru_cache(maxsize=64)
def _weekday_shifts(centre: Centre, weekday: int) -> tuple[tuple[Pool, tuple[Shift, ...]], ...]:
    plan = []
    for pool, load in zip(centre.pools, pool_loads(centre, weekday).values(), strict=True):
        need = load + SAFETY * np.sqrt(load)
        if pool.is_night:
            need[:32] = 0
        shifts = tuple(shift for shift in centre.shifts if not pool.is_night or shift.ends <= EVENING * 15)
        limit = int(len(pool.agents) * 5 / 7)
        nights = [NIGHT_SHIFT] * min(MINIMUM_AT_NIGHT, limit) if pool.is_night else []
        plan.append((pool, (*nights, *cover(need, shifts, limit - len(nights)))))
    return tuple(plan)


def plan_day(centre: Centre, day: date, seed: int) -> list[Duty]:
    """Everybody's duty on that day. Each agent has two days off a week; shifts rotate by the week."""
    index = {agent: number for number, agent in enumerate(centre.agents)}
    absent = weather(centre, day, seed).absent_share
    rng = np.random.default_rng([seed, day.toordinal(), 2])
    week = np.random.default_rng([seed, day.toordinal() // 7, 3])
    duties: list[Duty] = []
    for pool, shifts in _weekday_shifts(centre, day.weekday()):
        order = [pool.agents[number] for number in week.permutation(len(pool.agents))]
        present = [agent for place, agent in enumerate(order) if (day.toordinal() + 3 * place) % 7 not in (0, 1)]
        for agent, shift in zip(present, shifts, strict=False):
            if rng.random() < absent:
                continue
            early, late, drift = rng.integers(-240, 120), rng.integers(0, 300), rng.integers(-420, 900)
            pauses = tuple(
                (start * 60 + int(drift), int(length * 60 * rng.uniform(0.85, 1.1)), reason)
                for start, length, reason in shift.pauses
            )
            starts = shift.starts * 60 + int(early) if shift.starts else 0
            duties.append(Duty(index[agent], starts, shift.ends * 60 + int(late), pauses))
    return duties
