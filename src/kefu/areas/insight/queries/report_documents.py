"""A made report as a document: what page, paper and workbook show, in the reader's language, out of frozen numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kefu.areas.insight import rules
from kefu.areas.insight.choices import Cadence
from kefu.areas.insight.engine import svg
from kefu.areas.insight.engine.svg import Pen
from kefu.areas.insight.models import MadeReport
from kefu.areas.insight.queries import report_words as words
from kefu.areas.people import queries as people
from kefu.kernel.metrics import Metric, Unit
from kefu.platform.metrics import catalogue, wording

COMMENTED = ("overall", "quality", "volume", "teams", "next")
"""The places where people may write a comment."""
HEAT_STEPS = 6
MOST_PEOPLE = 200
LEAST_DRAWN = 5


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and lines of cells; a cell is ``{"text", "tone", "small"}``, the first of a line its name."""

    code: str
    title: str
    heads: list[str]
    lines: list[list[dict[str, Any]]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything in order of reading."""

    report: MadeReport
    title: str
    scope: str
    period: str
    taken_at: str
    summary: list[str]
    cards: list[dict[str, Any]]
    headline: Table
    charts: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    heat: dict[str, Any] | None
    tables: list[Table]
    records: list[str]
    exceptions: list[dict[str, Any]]
    gaps: list[str]
    comments: list[dict[str, str]]
    definitions: list[dict[str, str]]
    days: str


def comment_labels() -> dict[str, str]:
    """Where people may write a comment, in order."""
    return {
        "overall": _("总体评价"),
        "quality": _("服务质量"),
        "volume": _("话务量"),
        "teams": _("队列与班组"),
        "next": _("下一步安排"),
    }


def document(report: MadeReport, *, paper: bool = False) -> Document:
    """The document in the active language; ``paper`` writes colours into the pictures."""
    snapshot, pen = report.snapshot, Pen(paper)
    start, end = report.starts_on, report.ends_on
    labels = comment_labels()
    return Document(
        report=report,
        title=f"{words.scope_name(snapshot)} · {Cadence(report.cadence).label} {words.period_name(snapshot)}",
        scope=words.scope_name(snapshot),
        period=words.span(start, end),
        taken_at=snapshot["taken_at"],
        summary=words.summary(snapshot),
        cards=_cards(snapshot),
        headline=_headline(snapshot),
        charts=_charts(snapshot, pen),
        reasons=_reasons(snapshot, pen),
        heat=_heat(snapshot),
        tables=[_table(snapshot, by, lines) for by, lines in snapshot["tables"].items() if lines],
        records=words.records(snapshot),
        exceptions=words.exceptions(snapshot),
        gaps=words.gaps(snapshot),
        comments=[
            {"code": code, "label": labels[code], "text": str(report.comments.get(code, ""))} for code in COMMENTED
        ],
        definitions=_definitions(snapshot),
        days=_days(snapshot),
    )


def _days(snapshot: Mapping[str, Any]) -> str:
    working, cover = snapshot["working_days"], snapshot["coverage"]["now"]
    return _("%(days)s 天，其中工作日 %(working)s 天") % {"days": cover["days"], "working": working["now"]} + (
        _("；%(base)s %(days)s 天，工作日 %(working)s 天")
        % {
            "base": words.base_name(snapshot),
            "days": snapshot["coverage"][snapshot["base"]]["days"],
            "working": working[snapshot["base"]],
        }
        if cover["days"] > 1
        else ""
    )


def _goal(metric: Metric) -> str:
    if metric.band:
        return "–".join(wording.goal(metric.unit, end) for end in metric.band)
    if metric.target is None:
        return ""
    sign = "≥" if metric.direction == "up" else "≤"
    return f"{sign} {wording.goal(metric.unit, metric.target)}"


def verdict(tone: str) -> str:
    """Whether a goal was met, as a word."""
    return {"ok": _("达标"), "warn": _("接近"), "bad": _("未达标")}.get(tone, "")


def _cards(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    cards = []
    for line in snapshot["headline"][:6]:
        metric = words.metric_of(snapshot, line["metric"])
        if metric is None or not line["now"]:
            continue
        now, before = line["now"][2], (line.get(snapshot["base"]) or [None] * 4)[2]
        tone = wording.tone(metric, now)
        cards.append(
            {
                "name": str(metric.name),
                "text": words.value(metric, now),
                "goal": _goal(metric),
                "tone": tone,
                "verdict": verdict(tone),
                "change": words.compared(metric, now, before),
                "base": words.base_name(snapshot),
            }
        )
    return cards


def _sides(snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = {"previous": _("上一期"), "week": _("上周同日"), "year": _("去年同期")}
    if snapshot["cadence"] == "daily":
        names["previous"] = _("前一日")
    else:
        names["previous"] = words.base_name(snapshot)
    order = ["week", "previous", "year"] if snapshot["cadence"] == "daily" else ["previous", "year"]
    return [(side, names[side]) for side in order if snapshot["coverage"].get(side, {}).get("with_data")]


def _headline(snapshot: Mapping[str, Any]) -> Table:
    sides = _sides(snapshot)
    heads = [_("指标"), _("本期"), _("目标"), _("结论")]
    for _side, name in sides:
        heads += [name, _("变化")]
    heads.append(_("样本 n"))
    lines = []
    for line in snapshot["headline"]:
        metric = words.metric_of(snapshot, line["metric"])
        if metric is None or not any(line.get(side) for side in ("now", *(s for s, _n in sides))):
            continue
        now = (line["now"] or [None] * 4)[2]
        tone = wording.tone(metric, now)
        cells: list[dict[str, Any]] = [
            {"text": str(metric.name)},
            {"text": words.value(metric, now), "raw": now, "unit": metric.unit.value, "strong": True},
            {"text": _goal(metric)},
            {"text": verdict(tone), "tone": tone},
        ]
        for side, _name in sides:
            before = (line.get(side) or [None] * 4)[2]
            cells.append({"text": words.value(metric, before), "raw": before, "unit": metric.unit.value})
            cells.append(words.compared(metric, now, before))
        cells.append({"text": _sample(metric, line["now"])})
        lines.append(cells)
    missing = [] if any(side == "year" for side, _n in sides) else [_("去年同期没有数据，故不列出同比。")]
    cover = snapshot["coverage"].get(snapshot["base"], {})
    if cover.get("days") and cover["days"] != snapshot["coverage"]["now"]["days"]:
        missing.append(_("两期天数不同，数量类指标的变化按总数计；日均比较见要点。"))
    return Table("headline", _("核心指标"), heads, lines, "".join(missing))


def _sample(metric: Metric, cell: Sequence[float | None] | None) -> str:
    """What a number rests on; a count is its own sample."""
    if not cell or not (metric.denominator or metric.quantile):
        return ""
    return wording.sample(metric, cell[3] or 0).removeprefix("n ") if metric.denominator else f"{cell[3]:,.0f}"


def _charts(snapshot: Mapping[str, Any], pen: Pen) -> list[dict[str, Any]]:
    series, changes = snapshot["series"], snapshot["changes"]
    volume = words.metric_of(snapshot, snapshot["volume"])
    key = words.metric_of(snapshot, snapshot["key"])
    if volume is None or not series["keys"]:
        return []
    keys = [_tick(series["grain"], key_) for key_ in series["keys"]]
    now, before = series["now"], series["before"]
    title = _("%(metric)s：%(grain)s") % {"metric": volume.name, "grain": _grain(series["grain"])}
    legend = [("bar", _("本期")), *([("bar2", _("休息日"))] if any(series["quiet"]) else [])]
    if any(point["lost"] for point in now):
        legend.append(("lost", _("其中放弃")))
    then = [("then", words.base_name(snapshot))] if before else []
    drawn = svg.volumes(
        pen, title, keys, [p["volume"] for p in now], [p["lost"] for p in now], [p["volume"] for p in before],
        series["quiet"], lambda v: f"{v:,.0f}",
    )  # fmt: skip
    found = [{"title": title, "svg": SafeString(drawn), "legend": legend + then}]
    if key is None or not changes:
        return found
    name = _("%(metric)s：%(grain)s") % {"metric": key.name, "grain": _grain(series["grain"])}
    is_percent = key.unit is Unit.PERCENT
    line = svg.course(
        pen, name, keys, [_drawn(key, p) for p in now], [_drawn(key, p) for p in before], key.target,
        _("目标 %(goal)s") % {"goal": wording.goal(key.unit, key.target)},
        (lambda v: f"{v * 100:.0f}%") if is_percent else wording.format_seconds,
        highest=1.0 if is_percent else None, whole=60 if key.unit is Unit.SECONDS else 1,
    )  # fmt: skip
    goal = [("goal", _("目标"))] if key.target is not None else []
    return [*found, {"title": name, "svg": SafeString(line), "legend": [("line", _("本期")), *then, *goal]}]


def _ratio(metric: Metric, point: Mapping[str, Any]) -> float | None:
    top, bottom = point["ratio"]
    return top / bottom * metric.scale if bottom else None


def _drawn(metric: Metric, point: Mapping[str, Any]) -> float | None:
    """The ratio for a line; a handful of calls at night would only make it jump."""
    return _ratio(metric, point) if point["ratio"][1] >= LEAST_DRAWN else None


def _tick(grain: str, key: str) -> str:
    if grain == "half_hour":
        return key
    return key[:7] if grain == "month" else key[5:]


def _grain(grain: str) -> str:
    return {"half_hour": _("每半小时"), "day": _("每日"), "week": _("每周"), "month": _("每月")}[grain]


def _reasons(snapshot: Mapping[str, Any], pen: Pen) -> list[dict[str, Any]]:
    """What explains the change of the ratio and of the volume, each with words and a picture."""
    changes = snapshot["changes"]
    metric = words.metric_of(snapshot, changes["metric"]) if changes else None
    volume = words.metric_of(snapshot, snapshot["volume"])
    if metric is None or volume is None:
        return []
    found = []
    for by, title in (("queue", _("按技能队列")), ("site", _("按职场")), ("team", _("按班组")), ("hour", _("按时段"))):
        parts = changes["by"].get(by, {}).get("ratio", [])[:8]
        if len(parts) < 2:
            continue
        if by == "hour":
            parts = sorted(parts, key=lambda part: part["name"])
        total = {part["key"]: (part["rate"] + part["mix"]) * metric.scale for part in parts}
        bars = [
            (words.part_name(part, by), total[part["key"]], words.signed(metric, total[part["key"]], 2),
             _role(metric, total[part["key"]], changes))
            for part in parts
        ]  # fmt: skip
        heading = _("%(metric)s 变化的来源：%(by)s") % {"metric": metric.name, "by": title}
        found.append(
            {"title": heading, "text": words.reason(snapshot, by), "svg": SafeString(svg.shares(pen, heading, bars))}
        )
    for by in ("queue", "hour"):
        text = words.volume_reason(snapshot, by)
        if text:
            found.append({"title": "", "text": text, "svg": ""})
    return found


def _role(metric: Metric, amount: float, changes: Mapping[str, Any]) -> str:
    (a0, b0), (_a1, b1) = changes["ratio"]["before"], changes["ratio"]["after"]
    if not b0 or not b1:
        return "none"
    before = a0 / b0 * metric.scale
    good = rules.better(metric, before + amount, before)
    return "none" if good == "none" or not amount else "good" if (amount > 0) == (good == "up") else "bad"


def _heat(snapshot: Mapping[str, Any]) -> dict[str, Any] | None:
    heat = snapshot["heat"]
    key = words.metric_of(snapshot, snapshot["key"])
    volume = words.metric_of(snapshot, snapshot["volume"])
    if key is None or volume is None or not heat["hours"] or not any(line["days"] for line in heat["lines"]):
        return None
    amounts = [[_per_day(line, place) for place in range(len(heat["hours"]))] for line in heat["lines"]]
    most = max(max(row) for row in amounts) or 1
    lines = []
    for line, row in zip(heat["lines"], amounts, strict=True):
        cells = []
        for place, amount in enumerate(row):
            ratio = _ratio(key, line["cells"][place])
            few = line["cells"][place]["ratio"][1] < key.minimum_n
            cells.append(
                {
                    "amount": f"{amount:.0f}" if amount >= 0.5 else "",
                    "ratio": _short(key, ratio) if ratio is not None else "",
                    "step": min(int(amount / most * HEAT_STEPS), HEAT_STEPS - 1) if amount >= 0.5 else 0,
                    "tone": "" if few or ratio is None else wording.tone(key, ratio),
                    "few": few,
                }
            )
        name = line["name"] if heat["by"] == "queue" else words.weekday(line["name"])
        lines.append({"name": name, "days": line["days"], "cells": cells})
    first = _("技能队列") if heat["by"] == "queue" else _("星期")
    return {
        "title": _("%(volume)s与%(metric)s：%(rows)s × 小时")
        % {"volume": volume.name, "metric": key.name, "rows": first},
        "first": first,
        "hours": [hour[:2] for hour in heat["hours"]],
        "lines": lines,
        "note": _("每格上为日均%(volume)s，下为%(metric)s；样本不足 %(n)s 的不着色。颜色越深来电越多。")
        % {"volume": volume.name, "metric": key.name, "n": key.minimum_n},
    }


def _per_day(line: Mapping[str, Any], place: int) -> float:
    return float(line["cells"][place]["volume"]) / line["days"] if line["days"] else 0.0


def _short(metric: Metric, number: float) -> str:
    return f"{number * 100:.0f}%" if metric.unit is Unit.PERCENT else wording.format_value(metric.unit, number)


def _table(snapshot: Mapping[str, Any], by: str, lines: Sequence[Mapping[str, Any]]) -> Table:
    found = [words.metric_of(snapshot, code) for code in lines[0]["cells"]]
    shown = [metric for metric in found if metric is not None]
    names = _agent_names(lines) if by == "agent" else {}
    body = []
    for line in lines[:MOST_PEOPLE]:
        if by == "site" and not line["name"]:
            continue
        name = names.get(line["key"], "") if by == "agent" else str(line["name"])
        cells: list[dict[str, Any]] = [{"text": name or line["code"] or _("未归属")}]
        small = by in ("team", "agent")
        body.append([*cells, *(_table_cell(metric, line["cells"][metric.code], is_small=small) for metric in shown)])
    label = catalogue.dimension_label(by)
    note = _("小字是%(base)s的数值或样本 n 与 95%% 置信区间；斜体灰字表示样本不足，不作评判。") % {
        "base": words.base_name(snapshot)
    }
    return Table(by, _("按%(dimension)s") % {"dimension": label}, [label, *(str(m.name) for m in shown)], body, note)


def _table_cell(metric: Metric, pair: Sequence[Any], *, is_small: bool) -> dict[str, Any]:
    now, before = pair
    number = now[2] if now else None
    thin = bool(now) and rules.is_thin(metric, now[3] or 0)
    small = []
    interval = rules.interval(metric, now[0], now[1]) if now and is_small else None
    if interval:
        small.append(f"n {now[1]:,.0f} · {interval[0] * 100:.1f}–{interval[1] * 100:.1f}%")
    elif before and before[2] is not None:
        small.append(words.value(metric, before[2]))
    return {
        "text": words.value(metric, number),
        "raw": number,
        "unit": metric.unit.value,
        "tone": "" if thin else wording.tone(metric, number),
        "small": " ".join(small),
        "thin": thin,
    }


def _agent_names(lines: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    known = people.agents_by_id([line["key"] for line in lines])
    return {key: person.name or person.code for key, person in known.items()}


def _definitions(snapshot: Mapping[str, Any]) -> list[dict[str, str]]:
    known = [words.metric_of(snapshot, line["metric"]) for line in snapshot["headline"]]
    return [
        {"name": str(metric.name), "formula": str(metric.formula), "code": f"{metric.code} v{metric.version}"}
        for metric in known
        if metric is not None
    ]
