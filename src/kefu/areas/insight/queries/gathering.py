"""The numbers of a report, asked once and frozen: JSON that says everything the report will ever show.

A cell is ``[numerator, denominator, value, n]`` or ``null``. People are kept by key, not by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from kefu.areas.insight.engine import report_periods
from kefu.areas.insight.queries.exceptions import exceptions_between
from kefu.areas.insight.queries.report_parts import changes, heat, records, series, tables
from kefu.areas.insight.queries.report_scale import (
    BY_AGENT,
    BY_QUEUE,
    BY_TEAM,
    CENTRE,
    RECORD_DAYS,
    SCHEMA,
    TEAM,
    USUAL_VOLUME,
    ByTime,
    Cell,
    Scale,
    ask,
    by_time,
    cell,
    days_of,
    per_day,
    rest_days,
    volume_of,
)
from kefu.kernel import clock
from kefu.kernel.metrics import Metric, Row
from kefu.platform.access.models import ScopeNode
from kefu.platform.metrics import queries as metrics


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
    asked = {name: metrics.by_metric(ask(scale, head, *days)) for name, days in periods.items()}
    asked["now"] = metrics.by_metric(ask(scale, head, start, end))
    course = by_time(scale, start - timedelta(days=RECORD_DAYS), end)
    if periods[base][0] < start - timedelta(days=RECORD_DAYS):
        course = {**by_time(scale, *periods[base]), **course}
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
        "series": series(scale, cadence, course, (start, end), periods[base]),
        "heat": heat(scale, cadence, course, start, end),
        "tables": tables(scale, (start, end), periods[base], has_people),
        "changes": changes(scale, course, (start, end), periods[base]),
        "records": records(scale, course, start, end),
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
    rows = ask(scale, head, date.fromisoformat(snapshot["start"]), date.fromisoformat(snapshot["end"]))
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


def _coverage(scale: Scale, course: ByTime, start: date, end: date) -> dict[str, int]:
    totals = per_day(scale, course)
    days = days_of(start, end)
    return {"days": len(days), "with_data": sum(totals.get(day, 0) > 0 for day in days)}


def _has_data(rows: Mapping[str, Row], scale: Scale) -> bool:
    return bool(volume_of(scale, rows))


def _working_days(start: date, end: date) -> int:
    rest = rest_days(start, end)
    return sum(day not in rest for day in days_of(start, end))


def _gaps(scale: Scale, cadence: str, course: ByTime, start: date, end: date, today: date) -> list[dict[str, Any]]:
    """Days (and, in a daily report, hours) without a call where there usually are some, and days yet to come."""
    totals = per_day(scale, course)
    found: list[dict[str, Any]] = []
    for day in days_of(start, end):
        usual = [v for d, v in totals.items() if d.weekday() == day.weekday() and d != day and v]
        if day >= today:
            found.append({"kind": "unfinished", "day": day.isoformat()})
        elif not totals.get(day) and (not usual or median(usual) >= USUAL_VOLUME):
            found.append({"kind": "day", "day": day.isoformat(), "usual": median(usual) if usual else None})
        elif cadence == "daily":
            for hour in sorted({h for _d, h in course}):
                past = [volume_of(scale, course.get((day - timedelta(days=7 * n), hour), {})) for n in range(1, 5)]
                if not volume_of(scale, course.get((day, hour), {})) and median(past) >= USUAL_VOLUME:
                    found.append({"kind": "hour", "day": day.isoformat(), "hour": hour, "usual": median(past)})
    return found
