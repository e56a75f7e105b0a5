"""The numbers of a report, asked once and frozen: JSON that says everything the report will ever show.

A cell is ``[numerator, denominator, value, n]`` or ``null``. People are kept by key, not by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from kefu.areas.insight.engine import contributions, report_periods
from kefu.areas.insight.engine.contributions import Share, Sums
from kefu.areas.insight.queries.exceptions import exceptions_between
from kefu.kernel import clock
from kefu.kernel.metrics import METRICS, Direction, Metric, Row, Unit
from kefu.platform.access.models import ScopeNode
from kefu.platform.calendars import public
from kefu.platform.metrics import queries as metrics
from kefu.platform.metrics import registry, targets

SCHEMA = 1
CENTRE = (
    "offered", "answer_rate", "service_level.f3", "abandon_rate", "asa", "wait.p90", "aht", "occupancy",
    "handled_per_hour", "transfer_rate", "repeat_rate", "outage_rate",
)  # fmt: skip
TEAM = (
    "handled", "handled_per_hour", "aht", "att", "acw", "occupancy", "utilisation", "not_ready_share", "transfer_rate",
    "ring_no_answer", "agent_release_rate",
)  # fmt: skip
BY_QUEUE = ("offered", "service_level.f3", "answer_rate", "abandon_rate", "asa", "aht")
BY_TEAM = ("handled", "aht", "handled_per_hour", "occupancy", "utilisation", "transfer_rate", "ring_no_answer")
BY_AGENT = ("handled", "aht", "handled_per_hour", "occupancy", "transfer_rate", "ring_no_answer")
SERIES = {"daily": "half_hour", "weekly": "day", "monthly": "day", "quarterly": "week", "yearly": "month"}
RECORD_DAYS = 90
USUAL_VOLUME = 20
"""A day or hour without a single call is a gap where there are usually at least so many."""

Cell = list[float | None]
ByTime = dict[tuple[date, str], dict[str, Row]]


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit whose numbers are asked: what it filters by and which metrics lead."""

    node: ScopeNode | None

    @property
    def is_team(self) -> bool:
        """Whether numbers of agents lead, because queues belong to sites."""
        return self.node is not None and self.node.kind in ("team", "department")

    @property
    def dimension(self) -> str:
        """What the metrics must be split by to be asked of the unit."""
        return "" if self.node is None else "team" if self.is_team else "site"

    @property
    def filters(self) -> dict[str, list[int]]:
        """The filter of the metric layer."""
        return {self.dimension: [self.node.pk]} if self.node is not None else {}

    @property
    def key_metric(self) -> str:
        """The ratio whose change is explained."""
        return "aht" if self.is_team else "service_level.f3"

    @property
    def volume(self) -> str:
        """The count whose change is explained."""
        return "handled" if self.is_team else "offered"

    @property
    def lost(self) -> str:
        """The part of the volume that is drawn apart."""
        return "" if self.is_team else "abandoned"

    def able(self, codes: Sequence[str], *by: str) -> tuple[Metric, ...]:
        """The registered metrics among ``codes`` that can be asked this way, with their goals of today."""
        needed = {d for d in (self.dimension, *by) if d}
        found = [METRICS.find(code) for code in codes]
        usable = [m for m in found if m is not None and needed <= set(registry.dimensions_of(m))]
        return targets.in_force(usable)


def cell(row: Row | None) -> Cell | None:
    """A number as it is kept."""
    if row is None or (row.value is None and not row.n):
        return None
    return [None if v is None else round(float(v), 6) for v in (row.numerator, row.denominator, row.value, row.n)]


def gather(
    *, cadence: str, start: date, end: date, node: ScopeNode | None, has_people: bool, now: datetime
) -> dict[str, Any]:
    """The snapshot of local days ``[start, end)``; the product's own view, narrowed to the unit."""
    scale = Scale(node)
    periods = {
        "previous": report_periods.previous(cadence, start),
        "year": report_periods.year_before(cadence, start),
    }
    if cadence == "daily":
        periods["week"] = report_periods.week_before(start, end)
    base = "week" if cadence == "daily" else "previous"
    head = scale.able(TEAM if scale.is_team else CENTRE)
    asked = {name: metrics.by_metric(_ask(scale, head, *days)) for name, days in periods.items()}
    asked["now"] = metrics.by_metric(_ask(scale, head, start, end))
    course = _by_time(scale, start - timedelta(days=RECORD_DAYS), end)
    if periods[base][0] < start - timedelta(days=RECORD_DAYS):
        course = {**_by_time(scale, *periods[base]), **course}
    coverage = {
        name: _coverage(scale, course, *days) for name, days in {"now": (start, end), base: periods[base]}.items()
    }
    coverage |= {
        name: {"days": (periods[name][1] - periods[name][0]).days, "with_data": int(_has_data(asked[name], scale))}
        for name in periods
        if name not in coverage
    }
    told = exceptions_between(clock.day_bounds(start)[0], clock.day_bounds(end - timedelta(days=1))[1], _pk(node))
    gaps = _gaps(scale, cadence, course, start, end, timezone.localdate(now))
    return {
        "schema": SCHEMA,
        "cadence": cadence,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "taken_at": now.isoformat(),
        "zone": settings.TIME_ZONE,
        "centre": _centre_name(),
        "node": {"kind": node.kind, "code": node.code, "name": node.name} if node else None,
        "periods": {name: [day.isoformat() for day in days] for name, days in periods.items()},
        "base": base,
        "key": scale.key_metric,
        "volume": scale.volume,
        "metrics": {m.code: _definition(m) for m in {m.code: m for m in (*head, *_used(scale, has_people))}.values()},
        "headline": [
            {"metric": m.code, **{name: cell(rows.get(m.code)) for name, rows in asked.items()}} for m in head
        ],
        "coverage": coverage,
        "working_days": {name: _working_days(*days) for name, days in {"now": (start, end), **periods}.items()},
        "series": _series(scale, cadence, course, (start, end), periods[base]),
        "heat": _heat(scale, cadence, course, start, end),
        "tables": _tables(scale, (start, end), periods[base], has_people),
        "changes": _changes(scale, course, (start, end), periods[base]),
        "records": _records(scale, course, start, end),
        "exceptions": [
            {
                "text": _msgid(item.text),
                "params": dict(item.params),
                "at": item.at.isoformat() if item.at else None,
                "tone": item.tone,
                "harms": item.harms_numbers,
            }
            for item in told
        ],
        "gaps": gaps,
        "is_complete": not gaps and not any(item.harms_numbers for item in told),
    }


def headline_now(*, snapshot: Mapping[str, Any], node: ScopeNode | None) -> dict[str, Cell | None]:
    """What the headline of a snapshot would say if it were asked today."""
    scale = Scale(node)
    head = scale.able([line["metric"] for line in snapshot["headline"]])
    rows = _ask(scale, head, date.fromisoformat(snapshot["start"]), date.fromisoformat(snapshot["end"]))
    return {code: cell(row) for code, row in metrics.by_metric(rows).items()}


def _pk(node: ScopeNode | None) -> int | None:
    return node.pk if node else None


def _msgid(text: Any) -> str:
    if isinstance(text, str):
        return text
    with translation.override(None):
        return str(text)


def _centre_name() -> str:
    return (
        ScopeNode.objects.filter(kind="centre", is_active=True).order_by("id").values_list("name", flat=True).first()
        or ""
    )


def _definition(metric: Metric) -> dict[str, Any]:
    return {
        "version": metric.version,
        "unit": metric.unit.value,
        "direction": metric.direction.value,
        "target": metric.target,
        "band": list(metric.band) if metric.band else None,
        "proportion": metric.proportion,
        "minimum_n": metric.minimum_n,
    }


def _used(scale: Scale, has_people: bool) -> tuple[Metric, ...]:
    codes = {scale.key_metric, scale.volume, *([] if scale.is_team else BY_QUEUE), *BY_TEAM}
    return scale.able([*sorted(codes), *(BY_AGENT if has_people else ())])


def _ask(scale: Scale, wanted: Sequence[Metric], start: date, end: date, *by: str) -> list[Row]:
    return metrics.compute(None, wanted, start, end, by=by, filters=scale.filters) if wanted else []


def _by_time(scale: Scale, start: date, end: date) -> ByTime:
    """(day, hour) → the volume, what of it was lost, and the ratio."""
    wanted = scale.able([c for c in (scale.volume, scale.key_metric, scale.lost) if c], "hour")
    found: ByTime = defaultdict(dict)
    for row in _ask(scale, wanted, start, end, "day", "hour"):
        found[row.key][row.metric] = row
    return found


def _volume(scale: Scale, rows: Mapping[str, Row]) -> float:
    return float(rows[scale.volume].value or 0) if scale.volume in rows else 0.0


def _sums(code: str, rows: Mapping[str, Row]) -> Sums:
    row = rows.get(code)
    return (float(row.numerator or 0), float(row.denominator or 0)) if row else (0.0, 0.0)


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=i) for i in range((end - start).days)]


def _per_day(scale: Scale, course: ByTime) -> dict[date, float]:
    totals: dict[date, float] = defaultdict(float)
    for (day, _hour), rows in course.items():
        totals[day] += _volume(scale, rows)
    return totals


def _coverage(scale: Scale, course: ByTime, start: date, end: date) -> dict[str, int]:
    totals = _per_day(scale, course)
    days = _days(start, end)
    return {"days": len(days), "with_data": sum(totals.get(day, 0) > 0 for day in days)}


def _has_data(rows: Mapping[str, Row], scale: Scale) -> bool:
    return bool(_volume(scale, rows))


def _working_days(start: date, end: date) -> int:
    rest = _rest_days(start, end)
    return sum(day not in rest for day in _days(start, end))


def _rest_days(start: date, end: date) -> frozenset[date]:
    """Weekends and public holidays without make-up days."""
    special = {d.day: d.is_worked for year in range(start.year, end.year + 1) for d in public.days_of(year)}
    return frozenset(day for day in _days(start, end) if not special.get(day, day.weekday() < 5))


def _gaps(scale: Scale, cadence: str, course: ByTime, start: date, end: date, today: date) -> list[dict[str, Any]]:
    """Days (and, in a daily report, hours) without a call where there usually are some, and days yet to come."""
    totals = _per_day(scale, course)
    found: list[dict[str, Any]] = []
    for day in _days(start, end):
        usual = [v for d, v in totals.items() if d.weekday() == day.weekday() and d != day and v]
        if day >= today:
            found.append({"kind": "unfinished", "day": day.isoformat()})
        elif not totals.get(day) and (not usual or median(usual) >= USUAL_VOLUME):
            found.append({"kind": "day", "day": day.isoformat(), "usual": median(usual) if usual else None})
        elif cadence == "daily":
            for hour in sorted({h for _d, h in course}):
                past = [_volume(scale, course.get((day - timedelta(days=7 * n), hour), {})) for n in range(1, 5)]
                if not _volume(scale, course.get((day, hour), {})) and median(past) >= USUAL_VOLUME:
                    found.append({"kind": "hour", "day": day.isoformat(), "hour": hour, "usual": median(past)})
    return found


def _bucket(cadence: str, day: date) -> date:
    if cadence == "yearly":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if cadence == "quarterly" else day


def _series(
    scale: Scale, cadence: str, course: ByTime, now: tuple[date, date], before: tuple[date, date]
) -> dict[str, Any]:
    """Volume, loss and ratio along the period; the earlier period beside it where the days of the week match."""
    grain = SERIES[cadence]
    if grain == "half_hour":
        wanted = scale.able([c for c in (scale.volume, scale.key_metric, scale.lost) if c], "half_hour")
        tables: list[dict[Any, dict[str, Row]]] = []
        for days in (now, before):
            table: dict[Any, dict[str, Row]] = defaultdict(dict)
            for row in _ask(scale, wanted, *days, "half_hour"):
                table[row.key[0]][row.metric] = row
            tables.append(table)
        times = sorted(key for table in tables for key in table if _volume(scale, table[key]))
        step = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 30)]
        keys: list[Any] = step[step.index(times[0]) : step.index(times[-1]) + 1] if times else []
        return {
            "grain": grain,
            "keys": keys,
            "now": [_point(scale, [tables[0].get(key, {})]) for key in keys],
            "before": [_point(scale, [tables[1].get(key, {})]) for key in keys],
            "quiet": [False] * len(keys),
        }
    hours: dict[date, list[Mapping[str, Row]]] = defaultdict(list)
    for (day, _hour), rows in course.items():
        hours[day].append(rows)

    def points(days: Sequence[date]) -> dict[date, Any]:
        grouped: dict[date, list[Mapping[str, Row]]] = {}
        for day in days:
            grouped.setdefault(_bucket(cadence, day), []).extend(hours.get(day, []))
        return {key: _point(scale, rows) for key, rows in grouped.items()}

    shown = points(_days(*now))
    rest = _rest_days(*now)
    return {
        "grain": grain,
        "keys": [key.isoformat() for key in shown],
        "now": list(shown.values()),
        "before": list(points(_days(*before)).values()) if cadence == "weekly" else [],
        "quiet": [grain == "day" and key in rest for key in shown],
    }


def _point(scale: Scale, many: Sequence[Mapping[str, Row]]) -> dict[str, Any]:
    sums = contributions.whole({i: _sums(scale.key_metric, rows) for i, rows in enumerate(many)})
    return {
        "volume": sum(_volume(scale, rows) for rows in many),
        "lost": sum(_sums(scale.lost, rows)[0] for rows in many) if scale.lost else 0,
        "ratio": list(sums),
    }


def _heat(scale: Scale, cadence: str, course: ByTime, start: date, end: date) -> dict[str, Any]:
    """Weekday × hour: calls per day and the ratio; one day is no pattern, so a daily report has queue × hour."""
    if cadence == "daily":
        wanted = scale.able((scale.volume, scale.key_metric), "queue", "hour")
        table: dict[Any, dict[str, Row]] = defaultdict(dict)
        for row in _ask(scale, wanted, start, end, "queue", "hour"):
            table[row.key][row.metric] = row
        names = metrics.names(row for rows in table.values() for row in rows.values()).get("queue", {})
        order = sorted({key[0] for key in table if key[0] in names}, key=lambda k: names[k].code)
        lines = [(names[key].name, 1, {h: [table[k, h]] for k, h in table if k == key}) for key in order]
    else:
        by_weekday: dict[int, dict[str, list[Mapping[str, Row]]]] = defaultdict(lambda: defaultdict(list))
        totals = _per_day(scale, course)
        for (day, hour), rows in course.items():
            if start <= day < end:
                by_weekday[day.weekday()][hour].append(rows)
        lines = []
        for weekday in range(7):
            days = sum(day.weekday() == weekday and totals.get(day, 0) > 0 for day in _days(start, end))
            lines.append((weekday, days, by_weekday[weekday]))
    hours = sorted(
        {h for _name, _n, cells in lines for h, many in cells.items() if any(_volume(scale, r) for r in many)}
    )
    return {
        "by": "queue" if cadence == "daily" else "weekday",
        "hours": hours,
        "lines": [
            {
                "name": name,
                "days": days,
                "cells": [
                    {"volume": point["volume"], "ratio": point["ratio"]}
                    for point in (_point(scale, cells.get(hour, [])) for hour in hours)
                ],
            }
            for name, days, cells in lines
        ],
    }


def _tables(
    scale: Scale, now: tuple[date, date], before: tuple[date, date], has_people: bool
) -> dict[str, list[dict[str, Any]]]:
    plans: dict[str, Sequence[str]] = {"team": BY_TEAM}
    if not scale.is_team:
        plans = {"queue": BY_QUEUE, **({"site": BY_QUEUE} if scale.node is None else {}), "team": BY_TEAM}
    elif scale.node is not None and scale.node.kind == "team":
        plans = {}
    if has_people:
        plans["agent"] = BY_AGENT
    return {by: _table(scale, by, codes, now, before) for by, codes in plans.items()}


def _table(
    scale: Scale, by: str, codes: Sequence[str], now: tuple[date, date], before: tuple[date, date]
) -> list[dict[str, Any]]:
    wanted = scale.able(codes, by)
    lines: dict[Any, dict[str, dict[str, Row]]] = defaultdict(lambda: {"now": {}, "before": {}})
    seen: list[Row] = []
    for side, days in (("now", now), ("before", before)):
        for row in _ask(scale, wanted, *days, by):
            lines[row.key[0]][side][row.metric] = row
            seen.append(row)
    members = metrics.names(seen).get(by, {})
    made = []
    for key, sides in lines.items():
        if not any(row.n for row in sides["now"].values()):
            continue
        member = members.get(key)
        made.append(
            {
                "key": key,
                "code": member.code if member else "",
                "name": "" if by == "agent" or not member else member.name,
                "cells": {m.code: [cell(sides[side].get(m.code)) for side in ("now", "before")] for m in wanted},
            }
        )
    first = wanted[0].code if wanted else ""
    return sorted(made, key=lambda line: -((line["cells"].get(first, [None])[0] or [0, 0, 0, 0])[2] or 0))


def _share(share: Share, name: str) -> dict[str, Any]:
    return {
        "key": str(share.key),
        "name": name,
        "rate": round(share.rate, 8),
        "mix": round(share.mix, 8),
        "before": list(share.before),
        "after": list(share.after),
    }


def _changes(scale: Scale, course: ByTime, now: tuple[date, date], before: tuple[date, date]) -> dict[str, Any]:
    """The change of the ratio and of the volume against the base period, by queue, hour and (whole centre) site."""
    key = next(iter(scale.able([scale.key_metric])), None)
    if key is None:
        return {}
    sides = {"before": before, "after": now}
    of_days = {
        side: [
            contributions.whole({h: _sums(key.code, rows) for (d, h), rows in course.items() if d == day})
            for day in _days(*days)
        ]
        for side, days in sides.items()
    }
    doubt = contributions.doubt(of_days["before"], of_days["after"], proportion=key.proportion)
    totals = _per_day(scale, course)
    counted = {side: sum(totals.get(day, 0) > 0 for day in _days(*days)) for side, days in sides.items()}
    by: dict[str, Any] = {}
    for dimension in ("queue", "hour", *(["site"] if scale.node is None else ["team"] if scale.is_team else [])):
        sums: dict[str, dict[Any, Sums]] = {"before": {}, "after": {}}
        counts: dict[str, dict[Any, float]] = {"before": {}, "after": {}}
        rows: list[Row] = []
        wanted = scale.able((key.code, scale.volume), dimension)
        for side, days in sides.items():
            for row in _ask(scale, wanted, *days, dimension):
                rows.append(row)
                if row.metric == key.code:
                    sums[side][row.key[0]] = (float(row.numerator or 0), float(row.denominator or 0))
                else:
                    counts[side][row.key[0]] = float(row.value or 0)
        members = metrics.names(rows).get(dimension, {})

        def name(value: Any, members: Mapping[int, Any] = members) -> str:
            return members[value].name if value in members else str(value or "")

        by[dimension] = {
            "ratio": [_share(s, name(s.key)) for s in contributions.of_ratio(sums["before"], sums["after"])],
            "volume": [
                _share(s, name(s.key))
                for s in contributions.of_volume(counts["before"], counts["after"], counted["before"], counted["after"])
            ],
        }
    return {
        "metric": key.code,
        "ratio": {side: list(contributions.whole(dict(enumerate(days)))) for side, days in of_days.items()},
        "doubt": {"low": doubt.low, "high": doubt.high, "method": doubt.method} if doubt else None,
        "volume": {side: sum(totals.get(day, 0) for day in _days(*days)) for side, days in sides.items()},
        "days": counted,
        "by": by,
    }


def _records(scale: Scale, course: ByTime, start: date, end: date) -> list[dict[str, Any]]:
    """The best and the worst days of the period, and whether they are so of the ninety days before as well."""
    key = next(iter(scale.able([scale.key_metric])), None)
    totals = {day: v for day, v in _per_day(scale, course).items() if v}
    inside = {day: v for day, v in totals.items() if start <= day < end}
    if key is None or not inside:
        return []
    sums = {
        day: contributions.whole({h: _sums(key.code, rows) for (d, h), rows in course.items() if d == day})
        for day in totals
    }
    ratios = {day: s[0] / s[1] for day, s in sums.items() if s[1] >= USUAL_VOLUME}
    found = [_record("busiest", scale.volume, totals, inside, max, None)]
    quarter_hours = [(_volume(scale, rows), day, hour) for (day, hour), rows in course.items() if day in inside]
    volume, day, hour = max(quarter_hours)
    found.append({"kind": "peak_hour", "metric": scale.volume, "day": day.isoformat(), "hour": hour, "value": volume,
                  "n": None, "of_days": 0})  # fmt: skip
    shown = {day: ratio for day, ratio in ratios.items() if day in inside}
    if len(shown) > 1:
        best, worst = (max, min) if key.direction is not Direction.DOWN else (min, max)
        if key.unit is Unit.PERCENT:
            found.append(_record("best", key.code, ratios, shown, best, sums))
            found.append(_record("worst", key.code, ratios, shown, worst, sums))
        else:
            found.append(_record("highest", key.code, ratios, shown, max, sums))
            found.append(_record("lowest", key.code, ratios, shown, min, sums))
    return found


def _record(kind: str, metric: str, known: Mapping[date, float], shown: Mapping[date, float], pick: Any,
            sums: Mapping[date, Sums] | None) -> dict[str, Any]:  # fmt: skip
    day = pick(shown, key=lambda d: shown[d])
    is_record = shown[day] == pick(known.values())
    return {
        "kind": kind,
        "metric": metric,
        "day": day.isoformat(),
        "hour": None,
        "value": shown[day],
        "n": sums[day][1] if sums else None,
        "of_days": len(known) if is_record and len(known) > len(shown) else 0,
    }
