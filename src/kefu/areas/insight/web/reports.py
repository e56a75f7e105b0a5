"""Reports: the address holds the whole question, the page is its answer, the export is the same answer whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kefu.areas.insight import permissions, queries, rules
from kefu.areas.insight.choices import Compare, Grain
from kefu.areas.insight.queries import Question, Report
from kefu.areas.insight.rules import Period
from kefu.areas.insight.web import drawing, export
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.kernel.metrics import DIMENSIONS, METRICS, Kind, Metric
from kefu.platform.access import queries as access_queries
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.metrics import catalogue, registry, targets
from kefu.platform.webui.responses import is_fragment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PRESETS = {
    "today": gettext_lazy("今天"),
    "yesterday": gettext_lazy("昨天"),
    "week": gettext_lazy("本周"),
    "last_week": gettext_lazy("上周"),
    "7d": gettext_lazy("近 7 天"),
    "30d": gettext_lazy("近 30 天"),
    "month": gettext_lazy("本月"),
    "last_month": gettext_lazy("上月"),
}
MOST_METRICS = 14


@dataclass(frozen=True, slots=True)
class Kindly:
    """One sort of report: what it shows when nothing else is asked."""

    code: str
    url: str
    active: str
    title: StrOrPromise
    metrics: tuple[str, ...]
    splits: tuple[str, ...]
    split: str
    grain: Grain
    preset: str
    sort: str = ""


INTERVAL = Kindly(
    "interval",
    "insight:interval",
    "insight.interval",
    gettext_lazy("时段报表"),
    ("offered", "answer_rate", "service_level.f3", "abandon_rate", "asa", "aht", "transfer_rate", "repeat_rate"),
    ("", "queue", "site", "source"),
    "",
    Grain.HALF,
    "today",
)
AGENTS = Kindly(
    "agents",
    "insight:agents",
    "insight.agents",
    gettext_lazy("坐席报表"),
    (
        "handled",
        "aht",
        "att",
        "acw",
        "occupancy",
        "utilisation",
        "handled_per_hour",
        "transfer_rate",
        "ring_no_answer",
    ),
    ("agent", "team", "site"),
    "agent",
    Grain.NONE,
    "today",
    "handled",
)
EXPLORE = Kindly(
    "explore",
    "insight:explore",
    "insight.explore",
    gettext_lazy("自助分析"),
    ("service_level.f3", "offered"),
    ("", "queue", "agent", "team", "site", "source"),
    "",
    Grain.DAY,
    "30d",
)


@require_GET
@requires(permissions.VIEW_REPORT)
def interval(request: HttpRequest) -> HttpResponse:
    """Queues by interval."""
    return _report(request, INTERVAL)


@require_GET
@requires(permissions.VIEW_REPORT)
def agents(request: HttpRequest) -> HttpResponse:
    """Agents and teams."""
    return _report(request, AGENTS)


@require_GET
@requires(permissions.VIEW_REPORT)
def explore(request: HttpRequest) -> HttpResponse:
    """Any metric by any dimension."""
    return _report(request, EXPLORE)


def _report(request: HttpRequest, kind: Kindly) -> HttpResponse:
    viewer = actor_of(request)
    today = timezone.localdate()
    error, report, status = "", None, 200
    try:
        question = _question(request, kind, today)
        if wanted := request.GET.get("export", ""):
            whole = queries.answer(viewer, replace(question, page=1, page_size=None))
            return export.response(viewer, kind.code, str(kind.title), wanted, whole)
        if question.metrics:
            report = queries.answer(viewer, question)
    except InvalidInput as refused:
        question = _default(kind, today)
        error, status = refused.message, 422
    context = {
        "active": kind.active,
        "title": str(kind.title),
        "kind": kind,
        "report": report,
        "question": question,
        "error": error,
        "may_export": access_queries.has_permission(viewer, permissions.EXPORT_REPORT),
        **_controls(viewer, kind, question, today),
        **(_table(kind, question, report) if report else {}),
    }
    template = "insight/_report.html" if is_fragment(request) else "insight/report.html"
    return render(request, template, context, status=status)


def _default(kind: Kindly, today: date) -> Question:
    metrics = _metrics(kind, [], kind.split, kind.grain)
    chart = metrics[min(2, len(metrics) - 1)] if metrics else None
    return Question(metrics, rules.presets(today)[kind.preset], kind.grain, kind.split, chart=chart)


def _question(request: HttpRequest, kind: Kindly, today: date) -> Question:
    """The question in the address; raises ``InvalidInput`` for what cannot be asked."""
    asked = request.GET
    grain = _choice(Grain, asked.get("grain"), kind.grain)
    split = asked.get("split", kind.split)
    if split not in kind.splits:
        raise InvalidInput(_("不能按“%(code)s”拆分") % {"code": split}, field="split")
    period = _period(asked.get("period", ""), asked.get("from", ""), asked.get("to", ""), kind, today)
    longest = rules.MOST_DAYS.get(grain, rules.MOST_DAYS_ELSE)
    if period.days > longest:
        raise InvalidInput(
            _("所选粒度最多查询 %(days)s 天，请缩短日期范围或改用更粗的粒度") % {"days": longest}, field="to"
        )
    if not split and grain is Grain.NONE and kind is not EXPLORE:
        grain = Grain.DAY
    metrics = _metrics(kind, asked.getlist("m"), split, grain)
    codes = {m.code: m for m in metrics}
    chart = asked.get("chart", "")
    default = "service_level.f3" if "service_level.f3" in codes else next(iter(codes), "")
    sort = asked.get("sort", f"-{kind.sort}" if kind.sort and split and grain is Grain.NONE else "")
    return Question(
        metrics=metrics,
        period=period,
        grain=grain,
        split=split,
        compare=_choice(Compare, asked.get("compare"), Compare.NONE),
        until_slot=clock.local_slot(clock.now(), settings.TIME_ZONE) + 1 if period.last == today else None,
        filters={d.code: _codes(asked.getlist(d.code)) for d in DIMENSIONS if asked.getlist(d.code)},
        sort=sort.lstrip("-") if sort.lstrip("-") in codes else "",
        descending=sort.startswith("-"),
        chart=codes.get(chart) or codes.get(default),
        page=_number(asked.get("page", "1")),
    )


def _codes(values: Sequence[str]) -> tuple[str, ...]:
    parts = [part.strip() for value in values for part in value.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 7 else 1


def _choice(choices: Any, value: str | None, default: Any) -> Any:
    return choices(value) if value in choices.values else default


def _period(preset: str, first: str, last: str, kind: Kindly, today: date) -> Period:
    if preset and preset != "custom":
        known = rules.presets(today).get(preset)
        if known is None:
            raise InvalidInput(_("没有“%(code)s”这个日期范围") % {"code": preset}, field="period")
        return known
    if not first and not last:
        return rules.presets(today)[kind.preset]
    try:
        start = date.fromisoformat(first or last)
        end = date.fromisoformat(last or first) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidInput(_("日期请写成 2026-11-20"), field="from") from None
    if end <= start:
        raise InvalidInput(_("结束日期不能早于开始日期"), field="to")
    return Period(start, end)


def _metrics(kind: Kindly, asked: Sequence[str], split: str, grain: Grain) -> tuple[Metric, ...]:
    """The metrics asked for (or usual for this report) that can be split this way."""
    needed = {d for d in (split, grain.dimension) if d}
    if asked:
        found = [registry.find_metric(code) for code in _codes(asked)[:MOST_METRICS]]
        for metric in found:
            missing = needed - set(registry.dimensions_of(metric))
            if metric.kind is Kind.SNAPSHOT or missing:
                names = "、".join(catalogue.dimension_label(code) for code in sorted(missing))
                raise InvalidInput(
                    _("“%(name)s”不能按%(by)s拆分") % {"name": metric.name, "by": names or _("时段")}, field="m"
                )
        return targets.in_force(found)
    usual = [METRICS.find(code) for code in kind.metrics]
    return targets.in_force(m for m in usual if m is not None and needed <= set(registry.dimensions_of(m)))


def _controls(viewer: Actor, kind: Kindly, question: Question, today: date) -> dict[str, Any]:
    """What the filter bar offers."""
    needed = {d for d in (question.split, question.grain.dimension) if d}
    usable = [m for m in METRICS if m.kind is not Kind.SNAPSHOT and needed <= set(registry.dimensions_of(m))]
    common = [set(registry.dimensions_of(m)) for m in question.metrics]
    filterable = set.intersection(*common) if common else set()
    filters = [
        {
            "code": d.code,
            "label": d.label,
            "chosen": question.filters.get(d.code, ()),
            "text": ",".join(question.filters.get(d.code, ())),
            "is_person": d.person,
            "options": [] if d.person else d.options(viewer),
        }
        for d in DIMENSIONS
        if d.code in filterable or d.code in question.filters
    ]
    # A dimension whose members the viewer cannot choose from is not offered.
    filters = [f for f in filters if f["options"] or f["is_person"] or f["chosen"]]
    current = next((code for code, p in rules.presets(today).items() if p == question.period), "custom")
    return {
        "presets": [(code, label, code == current) for code, label in PRESETS.items()],
        "preset": current,
        "grains": Grain.choices,
        "splits": [(code, catalogue.dimension_label(code) if code else _("不拆分")) for code in kind.splits],
        "compares": Compare.choices,
        "filters": filters,
        "usable": usable,
        "chosen_metrics": {m.code for m in question.metrics},
    }


def _table(kind: Kindly, question: Question, report: Report) -> dict[str, Any]:
    """Heads, sort links and paging."""
    by = [catalogue.dimension_label(code) for code in question.by]
    heads = []
    for metric in question.metrics:
        on = question.sort == metric.code
        heads.append(
            {
                "metric": metric,
                "on": on,
                "descending": question.descending,
                "next": metric.code if on and question.descending else f"-{metric.code}",
                "aria": ("descending" if question.descending else "ascending") if on else "none",
            }
        )
    page = min(max(question.page, 1), report.pages)
    return {
        "by": by,
        "heads": heads,
        "lines": drawing.lines(report),
        "page": page,
        "previous_page": page - 1 if page > 1 else None,
        "next_page": page + 1 if page < report.pages else None,
        "before": question.before,
    }
