"""What a simulated centre is made of: queues, pools of agents with the same skills, shifts."""

from __future__ import annotations

from dataclasses import dataclass, field

from kefu.areas.calls.engine.simulation import shapes


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """One queue: how much comes, when, how long it takes, how long people wait.

    ``calls_per_day`` is the mean over a week of equal weights; ``talk_median_seconds`` and ``wrap_median_seconds`` are
    medians of log-normal times. ``transfer_to`` names the queue that blind transfers go to.
    """

    code: str
    name: str
    site: str
    calls_per_day: float
    talk_median_seconds: float
    wrap_median_seconds: float = 22.0
    hours: tuple[float, ...] = shapes.RESIDENT_HOURS
    weekdays: tuple[float, ...] = shapes.WEEKDAYS
    talk_log_sd: float = shapes.TALK_LOG_SD
    wrap_log_sd: float = 0.7
    patience_scale_seconds: float = shapes.PATIENCE_SCALE_SECONDS * shapes.FREE_CALL_PATIENCE
    patience_shape: float = shapes.PATIENCE_SHAPE
    target_seconds: int = 20
    hold_share: float = 0.12
    hold_median_seconds: float = 35.0
    transfer_share: float = 0.02
    consult_share: float = 0.004
    transfer_to: str = ""
    key_share: float = 0.006
    timeout_seconds: int = 600
    bonus_seconds: int = 0

    @property
    def is_round_the_clock(self) -> bool:
        """Whether somebody must be there at night."""
        return all(share > 0 for share in self.hours)


@dataclass(frozen=True, slots=True)
class Shift:
    """A pattern of work: local minutes of the day, and what interrupts it as (minute, length, reason)."""

    code: str
    starts: int
    ends: int
    pauses: tuple[tuple[int, int, str], ...] = ()

    def covers(self, minute: int) -> bool:
        """Whether somebody on this shift is meant to take calls at that minute of the day."""
        if not self.starts <= minute < self.ends:
            return False
        return not any(start <= minute < start + length for start, length, _reason in self.pauses)


@dataclass(frozen=True, slots=True)
class Pool:
    """Agents with the same skills: ``skills`` maps a queue to a penalty, 0 = served first.

    ``is_night`` pools keep the queues that never close alive between midnight and 08:00.
    """

    code: str
    site: str
    agents: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    is_night: bool = False


@dataclass(frozen=True, slots=True)
class Centre:
    """The whole: what the simulation of any day is a function of, together with the seed and the date."""

    queues: tuple[QueueSpec, ...]
    pools: tuple[Pool, ...]
    shifts: tuple[Shift, ...] = field(default=())
    customers: int = 150_000
    system: str = "pbx1"

    def __post_init__(self) -> None:
        codes = [queue.code for queue in self.queues]
        if len(set(codes)) != len(codes):
            raise ValueError("two queues share a code")
        known = set(codes)
        for pool in self.pools:
            unknown = {queue for queue, _penalty in pool.skills} - known
            if unknown:
                raise ValueError(f"pool {pool.code}: unknown queues {sorted(unknown)}")
        for queue in self.queues:
            if queue.transfer_to and queue.transfer_to not in known:
                raise ValueError(f"queue {queue.code}: unknown transfer target {queue.transfer_to}")

    @property
    def agents(self) -> tuple[str, ...]:
        """All agents, in the order of the pools."""
        return tuple(agent for pool in self.pools for agent in pool.agents)


LUNCH, BREAK, TRAINING, MEETING = "用餐", "小休", "培训", "会议"


def _shift(code: str, starts: int, ends: int, lunch: int, rest: tuple[int, ...], *more: tuple[int, int, str]) -> Shift:
    pauses = [(lunch, 40, LUNCH), *((minute, 15, BREAK) for minute in rest), *more]
    return Shift(code, starts, ends, tuple(sorted(pauses)))


def _at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


DAY_SHIFTS: tuple[Shift, ...] = (
    _shift("dawn", _at(6, 50), _at(15, 20), _at(11), (_at(9), _at(13, 10))),
    _shift("early", _at(7, 30), _at(16), _at(11, 20), (_at(9, 20), _at(13, 50))),
    _shift("early-2", _at(8), _at(16, 30), _at(12), (_at(9, 50), _at(14, 15))),
    _shift("day", _at(8, 30), _at(17, 30), _at(12, 40), (_at(10, 20), _at(15, 10)), (_at(16, 40), 30, MEETING)),
    _shift("day-2", _at(9), _at(18), _at(13, 20), (_at(11, 10), _at(15, 40))),
    _shift("middle", _at(10), _at(19), _at(14), (_at(12, 10), _at(16, 20)), (_at(17, 30), 40, TRAINING)),
    _shift("middle-2", _at(11, 30), _at(20), _at(17), (_at(13, 10), _at(18, 50))),
    _shift("late", _at(14), _at(22, 30), _at(18), (_at(16), _at(20, 20))),
    _shift("late-2", _at(15, 40), _at(24, 10), _at(19), (_at(17, 20), _at(21, 30))),
)
"""Staggered shifts; breaks are placed so that colleagues are away one after the other."""

NIGHT_SHIFT = _shift("night", _at(0), _at(8), _at(3, 30), (_at(2), _at(5, 30)))
