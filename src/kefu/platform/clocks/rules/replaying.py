"""A clock's state worked out from its log alone: the same log gives the same answer, whenever it is asked.

A clock counts seconds in which its schedule is open and it is not paused. With a target it is due when so many are
counted; otherwise its due instant is given. At the due instant it is too late already: what is stopped then was missed.

Steps of a clock with a target come when the count reaches their threshold (a share of the target, the target, the
target plus the level's delay). Steps of a clock with a given due instant fall into working time: reminders at the
beginning of the last open stretch when their instant is closed, breach and first level at the next opening, further
levels after so much counted time from the due instant on. Nothing comes during a pause; what a pause, a shorter target
or a late start has passed over comes at the first running instant. At one instant, steps come before the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kefu.platform.calendars.rules import Schedule, add_open_seconds, open_seconds, open_stretches
from kefu.platform.clocks.choices import ClockStatus, StepKind, Verb
from kefu.platform.clocks.rules.policy import Terms

LOOK_BACK = timedelta(days=30)
"""How far before a closed instant a reminder looks for an open stretch."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log. A start brings terms, schedule and goal; a retargeting terms and goal; a change of the
    calendar the new schedule. The goal is ``target_seconds`` or ``due_at``."""

    verb: Verb
    at: datetime
    terms: Terms | None = None
    schedule: Schedule | None = None
    target_seconds: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something the clock does: ``at`` is when it comes (or came), ``None`` while that cannot be said."""

    kind: StepKind
    level: int
    round: int
    at: datetime | None

    @property
    def key(self) -> tuple[int, str, int]:
        """What makes the step one of a kind for its clock."""
        return self.round, self.kind.value, self.level


@dataclass(frozen=True, slots=True)
class ClockState:
    """How a clock stands at an instant.

    ``due_at`` is ``None`` while a clock with a target is paused before it is due, or when the schedule never opens for
    so long. ``steps`` are those of all rounds that have come, and those of the present round still to come.
    """

    status: ClockStatus
    at: datetime
    started_at: datetime
    elapsed_seconds: int
    target_seconds: int | None
    due_at: datetime | None
    breached_at: datetime | None
    ended_at: datetime | None
    paused_since: datetime | None
    paused_seconds: int
    round: int
    steps: tuple[Step, ...]

    @property
    def is_breached(self) -> bool:
        """Whether the due instant passed before the clock ended."""
        return self.breached_at is not None

    @property
    def remaining_seconds(self) -> int | None:
        """What is left of the target in counted seconds, negative when it is overdrawn; ``None`` without a target."""
        return None if self.target_seconds is None else self.target_seconds - self.elapsed_seconds

    @property
    def reached(self) -> tuple[Step, ...]:
        """The steps that have come by ``at``."""
        return tuple(step for step in self.steps if step.at is not None and step.at <= self.at)

    def next_step_at(self, done: frozenset[tuple[int, str, int]] = frozenset()) -> datetime | None:
        """When the first step that is not ``done`` comes; ``None`` when none will without a further entry."""
        waiting = [s.at for s in self.steps if s.at is not None and s.key not in done]
        return min(waiting, default=None)


@dataclass(slots=True)
class _Stretch:
    """A time in which the clock ran under one schedule; ``end`` is ``None`` for the one that still runs."""

    start: datetime
    end: datetime | None
    schedule: Schedule
    counted_before: int

    def counted_at(self, instant: datetime) -> int:
        """The count at an instant of the stretch."""
        return self.counted_before + open_seconds(self.schedule, self.start, instant)

    def reaches(self, threshold: int) -> datetime | None:
        """When the count reaches the threshold within this stretch."""
        if threshold <= self.counted_before:
            return self.start
        at = add_open_seconds(self.schedule, self.start, threshold - self.counted_before)
        return at if at is not None and (self.end is None or at <= self.end) else None

    def within(self, at: datetime | None) -> datetime | None:
        """The instant if the stretch holds it."""
        return at if at is not None and (self.end is None or at <= self.end) else None


@dataclass(slots=True)
class _Round:
    """The time between two settings of the goal."""

    number: int
    begins_at: datetime
    terms: Terms
    target_seconds: int | None
    due_at: datetime | None
    stretches: list[_Stretch] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """Every step of the round, with the instant at which it comes."""
        found = []
        for level, at in enumerate(self._warnings()):
            found.append(Step(StepKind.WARN, level, self.number, at))
        found.append(Step(StepKind.BREACH, 0, self.number, self._after_due(0)))
        for level, step in enumerate(self.terms.escalate):
            found.append(Step(StepKind.ESCALATE, level, self.number, self._after_due(step.after_seconds)))
        return found

    def due(self) -> datetime | None:
        """When the goal is missed."""
        return self.due_at if self.target_seconds is None else self._counted(self.target_seconds)

    def _warnings(self) -> list[datetime | None]:
        if self.target_seconds is not None:
            return [self._counted(threshold) for threshold in self.terms.warn_thresholds(self.target_seconds)]
        assert self.due_at is not None
        return [self._reminded(self.due_at - timedelta(seconds=before)) for before in self.terms.remind_before]

    def _counted(self, threshold: int) -> datetime | None:
        """When the count reaches the threshold."""
        found = (stretch.reaches(threshold) for stretch in self.stretches)
        return next((at for at in found if at is not None), None)

    def _reminded(self, wanted: datetime) -> datetime | None:
        """The first running instant from the wanted one on, itself moved back into working time."""
        for stretch in self.stretches:
            at = stretch.within(max(stretch.start, working_instant_before(stretch.schedule, wanted)))
            if at is not None:
                return at
        return None

    def _after_due(self, seconds: int) -> datetime | None:
        if self.target_seconds is not None:
            return self._counted(self.target_seconds + seconds)
        assert self.due_at is not None
        left = seconds
        for stretch in self.stretches:
            if stretch.end is not None and stretch.end < self.due_at:
                continue
            begin = max(stretch.start, self.due_at)
            at = stretch.within(add_open_seconds(stretch.schedule, begin, left))
            if at is not None:
                return at
            if stretch.end is not None:
                left -= open_seconds(stretch.schedule, begin, stretch.end)
        return None


def replay(log: Sequence[Entry], now: datetime) -> ClockState:
    """The state at ``now`` of the clock with this log; entries after ``now`` are not heard.

    The log begins with a start and is ordered by its instants. Raises ``ValueError`` for one that is not.
    """
    if not log or log[0].verb is not Verb.STARTED:
        raise ValueError("a log begins with a start")
    rounds, heard = _read(log, now)
    last = heard[-1]
    first = log[0]
    current = rounds[-1]
    ended_at = last.at if last.verb in (Verb.STOPPED, Verb.CANCELLED) else None
    until = ended_at or max(now, first.at)
    paused_since = None if ended_at else _paused_since(heard)
    due = current.due()
    is_breached = due is not None and due <= until
    if last.verb is Verb.CANCELLED:
        status = ClockStatus.CANCELLED
    elif last.verb is Verb.STOPPED:
        status = ClockStatus.MISSED if is_breached else ClockStatus.MET
    else:
        status = ClockStatus.PAUSED if paused_since else ClockStatus.RUNNING
    tail = next(stretch for each in reversed(rounds) for stretch in reversed(each.stretches))
    counted = tail.counted_at(until if tail.end is None else tail.end)
    steps = [step for each in rounds[:-1] for step in each.steps() if step.at is not None]
    steps += [step for step in current.steps() if ended_at is None or step.at is not None]
    return ClockState(
        status=status,
        at=now,
        started_at=first.at,
        elapsed_seconds=counted,
        target_seconds=current.target_seconds,
        due_at=due,
        breached_at=max(due, current.begins_at) if due is not None and is_breached else None,
        ended_at=ended_at,
        paused_since=paused_since,
        paused_seconds=_paused_seconds(heard, until),
        round=current.number,
        steps=tuple(steps),
    )


def working_instant_before(schedule: Schedule, at: datetime) -> datetime:
    """``at`` when the schedule is open then, else the beginning of the last open stretch before it (or ``at``)."""
    last = None
    for opened, closed in open_stretches(schedule, at - LOOK_BACK, at + timedelta(seconds=1)):
        if opened <= at < closed:
            return at
        last = opened
    return at if last is None else last


def _read(log: Sequence[Entry], now: datetime) -> tuple[list[_Round], list[Entry]]:
    """The rounds with their running stretches, and the entries up to ``now`` (the start always)."""
    heard: list[Entry] = []
    rounds: list[_Round] = []
    schedule: Schedule | None = None
    running = False
    for entry in log:
        if heard and entry.at < heard[-1].at:
            raise ValueError("a log is ordered by its instants")
        if heard and entry.at > now:
            break
        if heard and heard[-1].verb in (Verb.STOPPED, Verb.CANCELLED):
            raise ValueError("nothing follows the end of a clock")
        heard.append(entry)
        if rounds and running:
            rounds[-1].stretches[-1].end = entry.at
        schedule = entry.schedule or schedule
        if entry.verb in (Verb.STARTED, Verb.RETARGETED):
            if entry.terms is None or (entry.target_seconds is None) == (entry.due_at is None):
                raise ValueError("a goal is a target or a due instant, with its terms")
            rounds.append(_Round(len(rounds), entry.at, entry.terms, entry.target_seconds, entry.due_at))
        running = _runs_after(entry.verb, running)
        if running:
            assert schedule is not None
            rounds[-1].stretches.append(_Stretch(entry.at, None, schedule, _count(rounds)))
    return rounds, heard


def _runs_after(verb: Verb, running: bool) -> bool:
    if verb in (Verb.STARTED, Verb.RESUMED):
        return True
    if verb in (Verb.PAUSED, Verb.STOPPED, Verb.CANCELLED):
        return False
    return running


def _count(rounds: Sequence[_Round]) -> int:
    """The count at the end of the last stretch."""
    for each in reversed(rounds):
        for stretch in reversed(each.stretches):
            return stretch.counted_at(stretch.end) if stretch.end is not None else stretch.counted_before
    return 0


def _paused_since(heard: Sequence[Entry]) -> datetime | None:
    for entry in reversed(heard):
        if entry.verb is Verb.PAUSED:
            return entry.at
        if entry.verb in (Verb.RESUMED, Verb.STARTED):
            return None
    return None


def _paused_seconds(heard: Sequence[Entry], until: datetime) -> int:
    total = timedelta()
    since: datetime | None = None
    for entry in heard:
        if entry.verb is Verb.PAUSED and since is None:
            since = entry.at
        elif entry.verb is Verb.RESUMED and since is not None:
            total += entry.at - since
            since = None
    if since is not None:
        total += until - since
    return int(total.total_seconds())
