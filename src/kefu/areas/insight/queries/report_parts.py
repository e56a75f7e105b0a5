"""The parts of a snapshot: course, heat table, tables, changes and the days that stand out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kefu.areas.insight.engine import contributions
from kefu.areas.insight.engine.contributions import Share, Sums
from kefu.areas.insight.queries.report_scale import (
    BY_AGENT,
    BY_QUEUE,
    BY_TEAM,
    SERIES,
    USUAL_VOLUME,
    ByTime,
    Scale,
    ask,
    cell,
    days_of,
    per_day,
    rest_days,
    sums_of,
    volume_of,
)
from kefu.kernel.metrics import Direction, Row, Unit
from kefu.platform.metrics import queries as metrics


def _bucket(cadence: str, day: date) -> date:
    if cadence == "yearly":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if cadence == "quarterly" else day


def series(
    scale: Scale, cadence: str, course: ByTime, now: tuple[date, date], before: tuple[date, date]
) -> dict[str, Any]:
    """Volume, loss and ratio along the period; the earlier period beside it where the days of the week match."""
    grain = SERIES[cadence]
    if grain == "half_hour":
        wanted = scale.able([c for c in (scale.volume, scale.key_metric, scale.lost) if c], "half_hour")
        tables: list[dict[Any, dict[str, Row]]] = []
        for days in (now, before):
            table: dict[Any, dict[str, Row]] = defaultdict(dict)
            for row in ask(scale, wanted, *days, "half_hour"):
                table[row.key[0]][row.metric] = row
            tables.append(table)
        times = sorted(key for table in tables for key in table if volume_of(scale, table[key]))
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

    shown = points(days_of(*now))
    rest = rest_days(*now)
    return {
        "grain": grain,
        "keys": [key.isoformat() for key in shown],
        "now": list(shown.values()),
        "before": list(points(days_of(*before)).values()) if cadence == "weekly" else [],
        "quiet": [grain == "day" and key in rest for key in shown],
    }


def _point(scale: Scale, many: Sequence[Mapping[str, Row]]) -> dict[str, Any]:
    sums = contributions.whole({i: sums_of(scale.key_metric, rows) for i, rows in enumerate(many)})
    return {
        "volume": sum(volume_of(scale, rows) for rows in many),
        "lost": sum(sums_of(scale.lost, rows)[0] for rows in many) if scale.lost else 0,
        "ratio": list(sums),
    }


def heat(scale: Scale, cadence: str, course: ByTime, start: date, end: date) -> dict[str, Any]:
    """Weekday × hour: calls per day and the ratio; one day is no pattern, so a daily report has queue × hour."""
    lines: list[tuple[str | int, int, Mapping[str, Sequence[Mapping[str, Row]]]]] = []
    if cadence == "daily":
        wanted = scale.able((scale.volume, scale.key_metric), "queue", "hour")
        table: dict[Any, dict[str, Row]] = defaultdict(dict)
        for row in ask(scale, wanted, start, end, "queue", "hour"):
            table[row.key][row.metric] = row
        names = metrics.names(row for rows in table.values() for row in rows.values()).get("queue", {})
        order = sorted({key[0] for key in table if key[0] in names}, key=lambda k: names[k].code)
        lines = [(names[key].name, 1, {h: [table[k, h]] for k, h in table if k == key}) for key in order]
    else:
        by_weekday: dict[int, dict[str, list[Mapping[str, Row]]]] = defaultdict(lambda: defaultdict(list))
        totals = per_day(scale, course)
        for (day, hour), rows in course.items():
            if start <= day < end:
                by_weekday[day.weekday()][hour].append(rows)
        for weekday in range(7):
            days = sum(day.weekday() == weekday and totals.get(day, 0) > 0 for day in days_of(start, end))
            lines.append((weekday, days, by_weekday[weekday]))
    hours = sorted(
        {h for _name, _n, cells in lines for h, many in cells.items() if any(volume_of(scale, r) for r in many)}
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


def tables(
    scale: Scale, now: tuple[date, date], before: tuple[date, date], has_people: bool
) -> dict[str, list[dict[str, Any]]]:
    """The tables by queue, site, team and agent, as far as they suit the unit."""
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
        for row in ask(scale, wanted, *days, by):
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


def changes(scale: Scale, course: ByTime, now: tuple[date, date], before: tuple[date, date]) -> dict[str, Any]:
    """The change of the ratio and of the volume against the base period, by queue, hour and (whole centre) site."""
    key = next(iter(scale.able([scale.key_metric])), None)
    if key is None:
        return {}
    sides = {"before": before, "after": now}
    of_days = {
        side: [
            contributions.whole({h: sums_of(key.code, rows) for (d, h), rows in course.items() if d == day})
            for day in days_of(*days)
        ]
        for side, days in sides.items()
    }
    doubt = contributions.doubt(of_days["before"], of_days["after"], proportion=key.proportion)
    totals = per_day(scale, course)
    counted = {side: sum(totals.get(day, 0) > 0 for day in days_of(*days)) for side, days in sides.items()}
    by: dict[str, Any] = {}
    for dimension in ("queue", "hour", *(["site"] if scale.node is None else ["team"] if scale.is_team else [])):
        sums: dict[str, dict[Any, Sums]] = {"before": {}, "after": {}}
        counts: dict[str, dict[Any, float]] = {"before": {}, "after": {}}
        rows: list[Row] = []
        wanted = scale.able((key.code, scale.volume), dimension)
        for side, days in sides.items():
            for row in ask(scale, wanted, *days, dimension):
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
        "volume": {side: sum(totals.get(day, 0) for day in days_of(*days)) for side, days in sides.items()},
        "days": counted,
        "by": by,
    }


def records(scale: Scale, course: ByTime, start: date, end: date) -> list[dict[str, Any]]:
    """The best and the worst days of the period, and whether they are so of the ninety days before as well."""
    key = next(iter(scale.able([scale.key_metric])), None)
    totals = {day: v for day, v in per_day(scale, course).items() if v}
    inside = {day: v for day, v in totals.items() if start <= day < end}
    if key is None or not inside:
        return []
    sums = {
        day: contributions.whole({h: sums_of(key.code, rows) for (d, h), rows in course.items() if d == day})
        for day in totals
    }
    ratios = {day: s[0] / s[1] for day, s in sums.items() if s[1] >= USUAL_VOLUME}
    found = [_record("busiest", scale.volume, totals, inside, max, None)]
    quarter_hours = [(volume_of(scale, rows), day, hour) for (day, hour), rows in course.items() if day in inside]
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
