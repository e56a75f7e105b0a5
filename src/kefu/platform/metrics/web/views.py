"""The catalogue: every number's definition, its variants side by side, and the way to its rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.kernel.metrics import DIMENSIONS, METRICS, Direction, Kind, Metric, Row, Unit
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.metrics import catalogue, documentation, links, permissions, queries, registry, targets, wording

TREND_DAYS = 30
CHART_UNITS = {Unit.PERCENT: "percent", Unit.SECONDS: "duration"}


@require_GET
@requires(permissions.VIEW_DEFINITION)
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """All metrics, searched by word and unit."""
    text, unit = request.GET.get("q", "").strip()[:80], request.GET.get("unit", "")
    goals = {m.code: documentation.target_text(m) for m in targets.in_force(METRICS)}
    groups = [
        {
            "owner": group.owner,
            "lines": [
                {
                    "metric": m,
                    "unit": catalogue.UNITS[m.unit],
                    "direction": catalogue.DIRECTIONS[m.direction],
                    "target": goals[m.code],
                    "other_name": catalogue.name_in(m, "en" if request.LANGUAGE_CODE.startswith("zh") else "zh-hans"),
                }
                for m in group.metrics
            ],
        }
        for group in catalogue.search(text, unit)
    ]
    context = {
        "active": "metrics.list",
        "groups": groups,
        "q": text,
        "unit": unit,
        "units": [(u.value, label) for u, label in catalogue.UNITS.items()],
        "total": len(METRICS),
    }
    return render(request, "metrics/list.html", context)


@require_GET
@requires(permissions.VIEW_DEFINITION)
def definition_page(request: HttpRequest, code: str) -> HttpResponse:
    """One metric: definition, today's value of every variant, the last thirty days."""
    metric = _metric(code)
    viewer = actor_of(request)
    today = timezone.localdate()
    context = {
        "active": "metrics.list",
        "title": str(metric.name),
        **catalogue.definition(metric),
        "today": today,
        "values": _values(viewer, metric, today),
        "trend": _trend(viewer, metric, today),
        "params": _params(metric),
    }
    return render(request, "metrics/detail.html", context)


@require_GET
@requires(permissions.VIEW_DEFINITION)
def definition_card(request: HttpRequest, code: str) -> HttpResponse:
    """The definition as a dialog beside the number that was clicked."""
    metric = _metric(code)
    return render(request, "metrics/_card.html", {**catalogue.definition(metric), "has_rows": links.has_rows(metric)})


@require_GET
@requires(permissions.VIEW_DEFINITION)
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to the rows behind a number, in the room that owns them."""
    metric = _metric(code)
    today = timezone.localdate()
    start = _day(request.GET.get("start"), today)
    end = _day(request.GET.get("end"), start + timedelta(days=1))
    known = {d.code for d in DIMENSIONS} | {"time_from", "time_to"}
    filters = {key: request.GET[key] for key in known if request.GET.get(key)}
    url = links.rows_url(metric, {**filters, "start": start.isoformat(), "end": end.isoformat()})
    if url is None:
        raise NotFound(_("“%(name)s”没有可以逐条查看的明细") % {"name": metric.name})
    return HttpResponseRedirect(url)


def _metric(code: str) -> Metric:
    """The metric as it stands now, its goal included."""
    try:
        return targets.in_force([registry.find_metric(code)])[0]
    except InvalidInput:
        raise NotFound(catalogue.unknown(code)) from None


def _day(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("“%(text)s”不是日期，请写成 2026-11-20") % {"text": text}, field="start") from None


def _values(viewer: Actor, metric: Metric, today: date) -> list[dict[str, Any]]:
    """Today's value of the metric and of its variants, side by side."""
    asked = catalogue.variants(metric) or [metric]
    asked = list(targets.in_force(m for m in asked if m.kind is not Kind.SNAPSHOT))
    found = {}
    if asked:
        found = queries.by_metric(queries.compute(viewer, asked, today, today + timedelta(days=1)))
    return [_value(m, found[m.code], m == metric, today) for m in asked if m.code in found]


def _value(metric: Metric, row: Row, is_this: bool, today: date) -> dict[str, Any]:
    return {
        "metric": metric,
        "row": row,
        "text": wording.row_value(metric, row),
        "code": wording.formula_code(metric),
        "is_this": is_this,
        "tone": wording.tone(metric, row.value),
        "rows": links.drill_url(metric, today, today + timedelta(days=1)) if links.has_rows(metric) else "",
    }


def _trend(viewer: Actor, metric: Metric, today: date) -> dict[str, Any] | None:
    """A chart of the last thirty days; ``None`` for what has no days or no data."""
    if metric.kind is Kind.SNAPSHOT or "day" not in registry.dimensions_of(metric):
        return None
    start, end = queries.last_days(today, TREND_DAYS)
    by_day = {row.key[0]: row for row in queries.compute(viewer, [metric], start, end, by=["day"])}
    if not any(row.value is not None for row in by_day.values()):
        return None
    days = [start + timedelta(days=i) for i in range(TREND_DAYS)]
    value = {day: by_day[day].value if day in by_day else None for day in days}
    target = metric.target if metric.direction in (Direction.UP, Direction.DOWN) else None
    return {
        "x": [f"{day:%m-%d}" for day in days],
        "unit": CHART_UNITS.get(metric.unit, "number"),
        "series": [{"name": str(metric.name), "data": [value[day] for day in days], "type": "line", "area": True}],
        "target": target,
        "targetLabel": _("目标"),
        "free": True,
        "links": [links.drill_url(metric, d, d + timedelta(days=1)) for d in days] if links.has_rows(metric) else None,
    }


def _params(metric: Metric) -> list[dict[str, Any]]:
    """The parameters that shape the formula, with their values in force."""
    try:
        from kefu.platform.params import queries as params
        from kefu.platform.params.registry import PARAMS
    except ImportError:
        return [{"code": code, "label": code, "value": ""} for code in metric.params]
    found = []
    for code in metric.params:
        param = PARAMS.find(code)
        if param is not None:
            found.append({"code": code, "label": param.label, "value": params.value(code), "unit": param.unit})
    return found
