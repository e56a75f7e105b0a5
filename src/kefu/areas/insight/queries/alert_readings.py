"""What alert rules look at: windows over the facts, the live gauges, and the usual range of a weekday."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings

from kefu.areas.insight.choices import WALL_TOPICS, Condition
from kefu.areas.insight.engine import gauges
from kefu.areas.insight.engine.alerting import Band, Reading, Side, Terms, usual
from kefu.areas.insight.engine.gauges import GAUGES, Gauge
from kefu.areas.insight.models import AlertRule, GaugeMinute
from kefu.kernel import clock
from kefu.kernel.clock import SLOTS_PER_DAY
from kefu.kernel.metrics import DIMENSIONS, METRICS, Direction, Kind, Member, Metric, Row, Unit
from kefu.platform.access import queries as access_queries
from kefu.platform.calendars import queries as calendars
from kefu.platform.calendars.rules import Schedule, is_open
from kefu.platform.live import queries as live
from kefu.platform.metrics import queries as metric_queries
from kefu.platform.metrics import registry
from kefu.platform.metrics.lines import add

WEEKS = 8
"""So many of the same weekdays make the usual range."""
SLOT_MINUTES = 15
LATE = timedelta(minutes=2)
"""A quarter is looked at as finished that long after its end: its last events are in by then."""
CENTRE = Member(0, "", "")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a rule's metric is, whether it comes from facts or from a live gauge."""

    code: str
    name: str
    unit: Unit
    direction: Direction
    dimensions: tuple[str, ...]
    metric: Metric | None = None
    gauge: Gauge | None = None


def watchable() -> list[Watched]:
    """Everything that a rule can watch: live gauges, then the catalogue's metrics that can be added up."""
    found = [find_watched(code) for code in GAUGES]
    found += [find_watched(m.code) for m in METRICS if m.kind in (Kind.BASE, Kind.RATIO) and m.code not in GAUGES]
    return [each for each in found if each is not None]


def find_watched(code: str) -> Watched | None:
    """What ``code`` names; ``None`` when no room offers it (any more)."""
    if gauge := GAUGES.get(code):
        known = METRICS.find(code)
        name = str(known.name) if known else str(gauge.name)
        return Watched(code, name, gauge.unit, gauge.direction, gauge.dimensions, gauge=gauge)
    metric = METRICS.find(code)
    if metric is None or metric.kind not in (Kind.BASE, Kind.RATIO):
        return None
    own = tuple(d for d in registry.dimensions_of(metric) if d in DIMENSIONS and not DIMENSIONS.get(d).person)
    if "slot" not in registry.dimensions_of(metric):
        return None
    return Watched(code, str(metric.name), metric.unit, metric.direction, ("", *own), metric=metric)


def terms_of(rule: AlertRule, *, gap_seconds: int = 300) -> Terms:
    """The rule in the engine's words."""
    watched = find_watched(rule.metric)
    sides = {Direction.UP: Side.LOW, Direction.DOWN: Side.HIGH}
    return Terms(
        condition=Condition(rule.condition),
        limit=rule.limit,
        clear_at=rule.clear_at,
        side=sides.get(watched.direction, Side.BOTH) if watched else Side.BOTH,
        minimum_n=rule.minimum_n,
        hold_seconds=rule.hold_minutes * 60,
        clear_seconds=rule.clear_minutes * 60,
        gap_seconds=gap_seconds,
    )


def ordinal(at: datetime) -> int:
    """The quarter in which ``at`` falls, counted through all local days."""
    return clock.local_date(at, settings.TIME_ZONE).toordinal() * SLOTS_PER_DAY + clock.local_slot(
        at, settings.TIME_ZONE
    )


def is_due(rule: AlertRule, now: datetime, every_seconds: int) -> bool:
    """Whether the rule should be looked at again: trends once a finished quarter, everything else each minute."""
    if rule.evaluated_at is None:
        return True
    if rule.condition == Condition.TREND:
        return ordinal(now - LATE) > ordinal(rule.evaluated_at - LATE)
    return (now - rule.evaluated_at).total_seconds() >= every_seconds


def window_of(rule: AlertRule, at: datetime) -> tuple[int, int]:
    """The quarters ``[first, last)`` of the rule's window at ``at``: finished ones for a trend, else with the running."""
    last = ordinal(at - LATE) if rule.condition == Condition.TREND else ordinal(at) + 1
    return last - rule.window_minutes // SLOT_MINUTES, last


class Facts:
    """Quarters of some metrics along one dimension, read in one statement a fact table."""

    def __init__(self, metrics: Collection[Metric], dimension: str, first: int, last: int, *, same: bool = False):
        self.by_code = {metric.code: metric for metric in metrics}
        days = (first // SLOTS_PER_DAY, (last - 1) // SLOTS_PER_DAY)
        slots = (first % SLOTS_PER_DAY, (last - 1) % SLOTS_PER_DAY + 1)
        is_narrow = same or days[0] == days[1]
        rows = metric_queries.compute(
            None,
            list(metrics),
            date.fromordinal(days[0]),
            date.fromordinal(days[1] + 1),
            by=("day", "slot", *((dimension,) if dimension else ())),
            slots=slots if is_narrow and slots[0] < slots[1] else None,
        )
        self.rows: dict[tuple[str, int], dict[int, Row]] = {}
        for row in rows:
            hours, minutes = row.key[1].split(":")
            quarter = row.key[0].toordinal() * SLOTS_PER_DAY + int(hours) * 4 + int(minutes) // SLOT_MINUTES
            key = row.key[2] if dimension else 0
            if key is not None:
                self.rows.setdefault((row.metric, key), {})[quarter] = row

    def keys(self, code: str) -> set[int]:
        """The members that have rows of a metric."""
        return {key for metric, key in self.rows if metric == code}

    def window(self, code: str, key: int, first: int, last: int) -> Row | None:
        """The metric over the quarters ``[first, last)``; ``None`` without a row."""
        quarters = self.rows.get((code, key), {})
        total: Row | None = None
        for quarter in range(first, last):
            if quarter in quarters:
                total = add(self.by_code[code], total, quarters[quarter])
        return total


def members_of(dimension: str, keys: Iterable[int]) -> dict[int, Member]:
    """The members behind the keys; 0 is the whole centre."""
    wanted = [key for key in keys if key]
    found = dict(DIMENSIONS.get(dimension).members(wanted)) if dimension and wanted else {}
    return {0: CENTRE, **found}


def chosen_keys(rule: AlertRule) -> list[int] | None:
    """The members that the rule names, ``None`` for all of them."""
    if not rule.dimension:
        return [0]
    if not rule.members:
        return None
    return list(DIMENSIONS.get(rule.dimension).resolve(rule.members).values())


def expected_keys(rule: AlertRule) -> list[int]:
    """The members that should have numbers at all times."""
    chosen = chosen_keys(rule)
    return [m.key for m in DIMENSIONS.get(rule.dimension).options(None)] if chosen is None else chosen


@dataclass
class Wall:
    """The newest live payload of the whole centre."""

    now: datetime

    @cached_property
    def payload(self) -> Mapping[str, Any] | None:
        """As it was published; ``None`` before the first."""
        body = live.newest(WALL_TOPICS + "all")
        return json.loads(body) if body else None

    @cached_property
    def values(self) -> dict[str, dict[str, dict[str, float]]]:
        """Gauge → dimension → member code → value."""
        return gauges.read_all(self.payload, self.now) if self.payload else {}

    @cached_property
    def queue_sites(self) -> dict[str, int]:
        """Queue code → scope node of its site."""
        if not self.payload:
            return {}
        return {queue["code"]: queue["site"]["id"] for queue in self.payload["queues"] if queue["site"]}

    def of_rule(self, rule: AlertRule) -> dict[int, float] | None:
        """Member → value; ``None`` when the payload is too old to tell."""
        values = self.values.get(rule.metric)
        if values is None:
            return None
        return by_key(rule, values.get(rule.dimension, {}))


def by_key(rule: AlertRule, values: Mapping[str, float]) -> dict[int, float]:
    """Values by member key instead of code, those that the rule watches; a source not named is not silent."""
    keys = code_keys(rule, values)
    keyed = {key: values[code] for code, key in keys.items()}
    if rule.metric == "source_silence" and rule.dimension:
        keyed = {m.key: keyed.get(m.key, 0.0) for m in DIMENSIONS.get(rule.dimension).options(None)}
    chosen = chosen_keys(rule)
    return keyed if chosen is None else {key: keyed.get(key, 0.0) for key in chosen}


def code_keys(rule: AlertRule, codes: Iterable[str]) -> dict[str, int]:
    """Member code → key, as the gauges write codes: sites by their node, sources by their name."""
    wanted = list(codes)
    if not rule.dimension:
        return {code: 0 for code in wanted if not code}
    if rule.dimension == "site":
        return {code: int(code) for code in wanted}
    if rule.metric == "source_silence":
        names = {m.name: m.key for m in DIMENSIONS.get(rule.dimension).options(None)}
        return {code: names[code] for code in wanted if code in names}
    return dict(DIMENSIONS.get(rule.dimension).resolve(wanted))


def node_of(rule: AlertRule, member: Member, wall: Wall) -> int | None:
    """The scope node in which an alert lies: the site or team itself, the site of a queue, else none (the centre)."""
    if rule.dimension in ("site", "team"):
        return member.key
    if rule.dimension == "queue":
        found = wall.queue_sites.get(member.code)
        return found if found and access_queries.nodes_by_id([found]) else None
    return None


def readings_now(rules: Sequence[AlertRule], wall: Wall) -> dict[int, dict[int, Reading]]:
    """Rule → member → reading as of the wall's instant; one statement per fact table and dimension, plus the trends'.

    A rule that cannot be read now (no such metric, a silent wallboard) is left out.
    """
    now = wall.now
    schedules = calendars.schedules({rule.calendar_id for rule in rules if rule.calendar_id})
    found: dict[int, dict[int, Reading]] = {}
    windowed: dict[str, list[tuple[AlertRule, Metric]]] = {}
    for rule in rules:
        watched = find_watched(rule.metric)
        if watched is None or rule.dimension not in watched.dimensions:
            continue
        open_now = _is_open(rule, schedules, now)
        if watched.metric is not None:
            windowed.setdefault(rule.dimension, []).append((rule, watched.metric))
        elif (values := wall.of_rule(rule)) is not None:
            found[rule.pk] = {key: Reading(now, value, value, is_open=open_now) for key, value in values.items()}
    for dimension, group in windowed.items():
        windows = [window_of(rule, now) for rule, _metric in group]
        facts = Facts(
            {metric.code: metric for _rule, metric in group}.values(),
            dimension,
            min(first for first, _last in windows),
            max(last for _first, last in windows),
        )
        for (rule, metric), window in zip(group, windows, strict=True):
            past = _past(rule, metric, window) if rule.condition == Condition.TREND else None
            found[rule.pk] = {
                key: _reading(rule, facts, key, window, now, _is_open(rule, schedules, now), past)
                for key in _keys(rule, facts)
            }
    return found


def _is_open(rule: AlertRule, schedules: Mapping[int | None, Schedule], at: datetime) -> bool:
    return rule.calendar_id is None or is_open(schedules[rule.calendar_id], at)


def _keys(rule: AlertRule, facts: Facts) -> set[int]:
    chosen = chosen_keys(rule)
    if chosen is not None:
        return set(chosen)
    if rule.condition == Condition.MISSING:
        return set(expected_keys(rule))
    return facts.keys(rule.metric)


def _past(rule: AlertRule, metric: Metric, window: tuple[int, int]) -> Facts:
    """The same time of day over the weeks before."""
    back = WEEKS * 7 * SLOTS_PER_DAY
    return Facts([metric], rule.dimension, window[0] - back, window[1] - 7 * SLOTS_PER_DAY, same=True)


def _reading(
    rule: AlertRule,
    facts: Facts,
    key: int,
    window: tuple[int, int],
    at: datetime,
    is_open_now: bool,
    past: Facts | None = None,
) -> Reading:
    row = facts.window(rule.metric, key, *window)
    band = usual_band(rule, past, key, window) if past is not None else None
    if rule.condition == Condition.MISSING:
        return Reading(at, row.n if row else 0.0, row.n if row else 0.0, None, is_open_now)
    if row is None:
        base = not facts.by_code[rule.metric].denominator
        return Reading(at, 0.0 if base else None, 0, band, is_open_now)
    return Reading(at, row.value, row.n, band, is_open_now)


def usual_band(rule: AlertRule, past: Facts, key: int, window: tuple[int, int]) -> Band | None:
    """The usual range of a window: the same weekdays of the last weeks with enough of a sample."""
    values = []
    for week in range(1, WEEKS + 1):
        back = week * 7 * SLOTS_PER_DAY
        row = past.window(rule.metric, key, window[0] - back, window[1] - back)
        if row is not None and row.value is not None and row.n >= rule.minimum_n:
            values.append(row.value)
    return usual(values, rule.sensitivity, rule.least_days)


def history(rule: AlertRule, start: datetime, end: datetime) -> dict[int, list[Reading]]:
    """Member → the readings that the rule would have had in ``[start, end]``: each quarter of facts, each kept minute
    of a gauge."""
    watched = find_watched(rule.metric)
    if watched is None or rule.dimension not in watched.dimensions:
        return {}
    schedules = calendars.schedules({rule.calendar_id}) if rule.calendar_id else {}
    if watched.metric is None:
        return _gauge_history(rule, start, end, schedules)
    first, last = window_of(rule, start)[0], window_of(rule, end)[1]
    weeks = WEEKS * 7 * SLOTS_PER_DAY if rule.condition == Condition.TREND else 0
    facts = Facts([watched.metric], rule.dimension, first - weeks, last)
    past = facts if weeks else None
    found: dict[int, list[Reading]] = {key: [] for key in _keys(rule, facts)}
    at = clock.slot_start(start)
    step = timedelta(minutes=SLOT_MINUTES)
    while at <= end:
        moment = at + (LATE if weeks else step - timedelta(seconds=1))
        window, open_then = window_of(rule, moment), _is_open(rule, schedules, moment)
        for key, readings in found.items():
            readings.append(_reading(rule, facts, key, window, moment, open_then, past))
        at += step
    return found


def _gauge_history(
    rule: AlertRule, start: datetime, end: datetime, schedules: Mapping[int | None, Schedule]
) -> dict[int, list[Reading]]:
    rows = GaugeMinute.objects.filter(at__gte=start, at__lte=end).order_by("at")
    minutes: list[tuple[datetime, Mapping[str, float]]] = [
        (at, values.get(rule.dimension, {}))
        for at, values in rows.values_list("at", f"values__{rule.metric}")
        if values is not None
    ]
    keys = code_keys(rule, {code for _at, values in minutes for code in values})
    chosen = chosen_keys(rule)
    found: dict[int, list[Reading]] = {key: [] for key in keys.values() if chosen is None or key in chosen}
    for at, values in minutes:
        open_then = _is_open(rule, schedules, at)
        for code, key in keys.items():
            if key in found:
                value = values.get(code, 0.0)
                found[key].append(Reading(at, value, value, is_open=open_then))
    return found


def gauges_since() -> datetime | None:
    """From when on the minutes of gauges are kept."""
    return GaugeMinute.objects.order_by("at").values_list("at", flat=True).first()
