"""What a report says in words, out of the frozen numbers: every sentence carries its figures, its sample and its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kefu.areas.insight import rules
from kefu.areas.insight.engine import report_periods
from kefu.kernel.metrics import METRICS, Metric, Unit
from kefu.platform.metrics import wording

Snapshot = Mapping[str, Any]
LEAST_SHARE = 0.1
"""Parts that explain less than this share of the change are not named."""
LEAST_CHANGE = 0.02
"""Of a smaller change of the volume no shares are told: parts that cancel out would each explain more than all."""
SPOKEN = 3
WEAK_BY = 0.1
WEAK_N = 100


def metric_of(snapshot: Snapshot, code: str) -> Metric | None:
    """The metric with the goal that was in force when the report was made; ``None`` when it is no more."""
    known, kept = METRICS.find(code), snapshot["metrics"].get(code)
    if known is None or kept is None:
        return None
    return replace(known, target=kept["target"], band=tuple(kept["band"]) if kept["band"] else None)


def value(metric: Metric, number: float | None) -> str:
    """A value in its unit; a whole number of seconds below a minute says so."""
    if number is not None and metric.unit is Unit.SECONDS and abs(number) < 60:
        return _("%(n)s 秒") % {"n": f"{number:.1f}"}
    return wording.format_value(metric.unit, number)


def points(number: float, places: int = 1) -> str:
    """A difference of percentages."""
    return _("%(n)s 个百分点") % {"n": f"{number * 100:+.{places}f}".replace("-", "−")}


def signed(metric: Metric, number: float, places: int = 1) -> str:
    """A difference in the metric's measure: points for percentages, seconds, or the unit itself."""
    if metric.unit is Unit.PERCENT:
        return points(number, places)
    if metric.unit is Unit.SECONDS:
        return _("%(n)s 秒") % {"n": f"{number:+.1f}".replace("-", "−")}
    return f"{number:+,.1f}".replace("-", "−")


def percent(number: float) -> str:
    """A relative change with its sign."""
    return f"{number * 100:+.1f}%".replace("-", "−")


def span(start: date, end: date) -> str:
    """Local days ``[start, end)`` as people write them."""
    last = end - timedelta(days=1)
    return start.isoformat() if last <= start else _("%(first)s 至 %(last)s") % {"first": start, "last": last}


def weekday(day: int) -> str:
    """A day of the week, Monday being 0."""
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][day]


def day_text(iso: str) -> str:
    """A day with its weekday."""
    day = date.fromisoformat(iso)
    return (
        f"{iso}（{weekday(day.weekday())}）"
        if (get_language() or "zh").startswith("zh")
        else f"{iso} ({weekday(day.weekday())})"
    )


def base_name(snapshot: Snapshot) -> str:
    """What the period is compared with."""
    if snapshot["base"] == "week":
        return _("上周同日")
    return {
        "weekly": _("上周"),
        "monthly": _("上月"),
        "quarterly": _("上季度"),
        "yearly": _("上年"),
    }.get(snapshot["cadence"], _("前一日"))


def scope_name(snapshot: Snapshot) -> str:
    """The unit the report is about."""
    node = snapshot["node"]
    return str(node["name"]) if node else (snapshot["centre"] or _("全中心"))


def period_name(snapshot: Snapshot) -> str:
    """The period's short name."""
    return report_periods.name(snapshot["cadence"], date.fromisoformat(snapshot["start"]))


def headline(snapshot: Snapshot, code: str, side: str = "now") -> list[float | None] | None:
    """One cell of the headline."""
    line = next((line for line in snapshot["headline"] if line["metric"] == code), None)
    return line.get(side) if line else None


def summary(snapshot: Snapshot) -> list[str]:
    """The few sentences at the top: how much, how well, why, what missed its goal."""
    found = [_volume(snapshot), *_quality(snapshot), *_reasons(snapshot), weak_hours(snapshot), _goals(snapshot)]
    return [sentence for sentence in found if sentence]


def _volume(snapshot: Snapshot) -> str:
    metric, now = metric_of(snapshot, snapshot["volume"]), headline(snapshot, snapshot["volume"])
    changes = snapshot["changes"]
    if metric is None or not now or not now[2]:
        return _("本期没有数据。")
    days = max(changes["days"]["after"], 1) if changes else 1
    said = _("%(scope)s %(metric)s %(n)s，日均 %(per_day)s。") if days > 1 else _("%(scope)s %(metric)s %(n)s。")
    text = said % {
        "scope": scope_name(snapshot),
        "metric": metric.name,
        "n": f"{now[2]:,.0f}",
        "per_day": f"{now[2] / days:,.0f}",
    }
    before_days, before = (changes["days"]["before"], changes["volume"]["before"]) if changes else (0, 0)
    if not before_days or not before:
        return text + _("%(base)s没有数据，无从比较。") % {"base": base_name(snapshot)}
    change = now[2] / days / (before / before_days) - 1
    more = (
        _("较%(base)s日均 %(before)s 变化 %(change)s。") if days > 1 else _("较%(base)s %(before)s 变化 %(change)s。")
    )
    return text + more % {
        "base": base_name(snapshot),
        "before": f"{before / before_days:,.0f}",
        "change": percent(change),
    }


def _quality(snapshot: Snapshot) -> list[str]:
    changes = snapshot["changes"]
    if not changes:
        return []
    metric = metric_of(snapshot, changes["metric"])
    (a0, b0), (a1, b1) = changes["ratio"]["before"], changes["ratio"]["after"]
    if metric is None or not b1:
        return []
    now = a1 / b1 * metric.scale
    text = _("%(metric)s %(value)s（n %(n)s）") % {
        "metric": metric.name,
        "value": value(metric, now),
        "n": f"{b1:,.0f}",
    }
    tone = wording.tone(metric, now)
    if metric.target is not None:
        goal = wording.goal(metric.unit, metric.target)
        text += (_("，达到目标 %(goal)s") if tone == "ok" else _("，未达到目标 %(goal)s")) % {"goal": goal}
    elif metric.band is not None:
        low, high = (wording.goal(metric.unit, end) for end in metric.band)
        text += (_("，在目标区间 %(low)s–%(high)s 内") if tone == "ok" else _("，超出目标区间 %(low)s–%(high)s")) % {
            "low": low,
            "high": high,
        }
    if not b0:
        return [text + _("。")]
    before = a0 / b0 * metric.scale
    text += _("；%(base)s %(before)s，变化 %(change)s。") % {
        "base": base_name(snapshot),
        "before": value(metric, before),
        "change": signed(metric, now - before),
    }
    return [text + doubt(snapshot)]


def doubt(snapshot: Snapshot) -> str:
    """Whether chance alone would explain the change."""
    found = snapshot["changes"].get("doubt")
    metric = metric_of(snapshot, snapshot["changes"]["metric"])
    if not found or metric is None:
        return _("样本不足，不判断变化是否偶然。")
    given = {"low": signed(metric, found["low"]), "high": signed(metric, found["high"])}
    clear = found["low"] > 0 or found["high"] < 0
    if found["method"] == "days":
        if clear:
            return _("95%% 置信区间 %(low)s 至 %(high)s，超出日间波动。") % given
        return _("95%% 置信区间 %(low)s 至 %(high)s，仍在日间波动之内，不能断定变好或变差。") % given
    if clear:
        return _("只有单日可比，95%% 置信区间 %(low)s 至 %(high)s 按每通来电独立估计，偏乐观。") % given
    return _("只有单日可比，95%% 置信区间 %(low)s 至 %(high)s 含零，不能断定变好或变差。") % given


def _reasons(snapshot: Snapshot) -> list[str]:
    found = [reason(snapshot, "queue"), reason(snapshot, "hour")]
    volumes = [part["rate"] for part in snapshot["changes"].get("by", {}).get("queue", {}).get("volume", [])]
    if snapshot["changes"] and abs(sum(volumes)) >= LEAST_CHANGE * snapshot["changes"]["volume"]["before"] / max(
        snapshot["changes"]["days"]["before"], 1
    ):
        found.append(volume_reason(snapshot, "queue"))
    return [text for text in found if text]


def reason(snapshot: Snapshot, by: str) -> str:
    """Which parts explain the change of the ratio, the largest first."""
    changes = snapshot["changes"]
    metric = metric_of(snapshot, changes["metric"]) if changes else None
    parts = changes.get("by", {}).get(by, {}).get("ratio", []) if changes else []
    change = sum(part["rate"] + part["mix"] for part in parts)
    if metric is None or not parts or not change:
        return ""
    moved = [p for p in parts if (p["rate"] + p["mix"]) * change > 0 and (p["rate"] + p["mix"]) / change >= LEAST_SHARE]
    against = [
        p for p in parts if (p["rate"] + p["mix"]) * change < 0 and (p["rate"] + p["mix"]) / change <= -LEAST_SHARE
    ]
    if not moved:
        return ""
    text = (_("按技能队列分解：") if by == "queue" else _("按时段分解：") if by == "hour" else _("按单位分解：")) + _(
        "；"
    ).join(part_text(metric, part, by) for part in moved[:SPOKEN])
    if against:
        text += _("。反方向：") + _("；").join(part_text(metric, part, by) for part in against[:2])
    return text + _("。")


def weak_hours(snapshot: Snapshot) -> str:
    """The hours that stay far below the goal, all days together, beside all other hours."""
    metric, heat = metric_of(snapshot, snapshot["key"]), snapshot["heat"]
    if metric is None or metric.unit is not Unit.PERCENT or metric.target is None:
        return ""
    sums = [
        [sum(line["cells"][place]["ratio"][i] for line in heat["lines"]) for i in (0, 1)]
        for place in range(len(heat["hours"]))
    ]
    limit = metric.target - WEAK_BY
    weak = [place for place, (a, b) in enumerate(sums) if b >= WEAK_N and a / b < limit]
    a1, b1 = (sum(sums[place][i] for place in weak) for i in (0, 1))
    a0, b0 = (sum(pair[i] for place, pair in enumerate(sums) if place not in weak) for i in (0, 1))
    if not weak or not b0:
        return ""
    return _("短板时段 %(hours)s：%(metric)s %(weak)s（n %(n)s，占 %(share)s）；其余时段 %(rest)s。") % {
        "hours": _("、").join(_stretches([int(heat["hours"][place][:2]) for place in weak])),
        "metric": metric.name,
        "weak": value(metric, a1 / b1),
        "n": f"{b1:,.0f}",
        "share": f"{b1 / (b0 + b1) * 100:.1f}%",
        "rest": value(metric, a0 / b0),
    }


def _stretches(hours: list[int]) -> list[str]:
    """Hours in a row as from–to."""
    found: list[list[int]] = []
    for hour in hours:
        if found and hour == found[-1][1]:
            found[-1][1] = hour + 1
        else:
            found.append([hour, hour + 1])
    return [f"{first:02d}:00–{end:02d}:00" for first, end in found]


def part_name(part: Mapping[str, Any], by: str) -> str:
    """A queue, a unit, or an hour from–to."""
    if by != "hour":
        return str(part["name"]) or _("未归属")
    start = int(part["name"][:2])
    return f"{start:02d}:00–{start + 1:02d}:00"


def part_text(metric: Metric, part: Mapping[str, Any], by: str) -> str:
    """One part: its own ratio before and after, its sample, and what it adds to the whole."""
    (a0, b0), (a1, b1) = part["before"], part["after"]
    given = {
        "name": part_name(part, by),
        "before": value(metric, a0 / b0 * metric.scale) if b0 else wording.DASH,
        "after": value(metric, a1 / b1 * metric.scale) if b1 else wording.DASH,
        "n": f"{b1:,.0f}",
        "effect": signed(metric, (part["rate"] + part["mix"]) * metric.scale, 2),
        "mix": signed(metric, part["mix"] * metric.scale, 2),
    }
    text = _("%(name)s %(before)s → %(after)s（n %(n)s），影响 %(effect)s") % given
    if abs(part["mix"]) > abs(part["rate"]):
        text += _("（主要因为占比变化 %(mix)s）") % given
    if min(b0, b1) < max(metric.minimum_n, 1) * 5:
        text += _("（样本少，仅供参考）")
    return text


def volume_reason(snapshot: Snapshot, by: str) -> str:
    """Which parts the volume per day came or went with."""
    parts = snapshot["changes"].get("by", {}).get(by, {}).get("volume", []) if snapshot["changes"] else []
    change = sum(part["rate"] for part in parts)
    moved = [p for p in parts if p["rate"] * change > 0 and p["rate"] / change >= LEAST_SHARE]
    if not moved or not change:
        return ""
    before = sum(part["before"][0] / part["before"][1] for part in parts)
    is_large = bool(before) and abs(change) / before >= LEAST_CHANGE
    said = [
        (
            _("%(name)s 日均 %(change)s（%(before)s → %(after)s），占变化的 %(share)s")
            if is_large
            else _("%(name)s 日均 %(change)s（%(before)s → %(after)s）")
        )
        % {
            "name": part_name(part, by),
            "change": f"{part['rate']:+,.1f}".replace("-", "−"),
            "before": f"{part['before'][0] / part['before'][1]:,.1f}",
            "after": f"{part['after'][0] / part['after'][1]:,.1f}",
            "share": f"{part['rate'] / change * 100:.0f}%",
        }
        for part in moved[:SPOKEN]
    ]
    return (_("来电变化按技能队列：") if by == "queue" else _("来电变化按时段：")) + _("；").join(said) + _("。")


def _goals(snapshot: Snapshot) -> str:
    missed, met = [], 0
    for line in snapshot["headline"]:
        metric = metric_of(snapshot, line["metric"])
        if metric is None or not line["now"]:
            continue
        tone = wording.tone(metric, line["now"][2])
        met += tone == "ok"
        if tone in ("warn", "bad"):
            goal = (
                "–".join(wording.goal(metric.unit, end) for end in metric.band)
                if metric.band
                else wording.goal(metric.unit, metric.target)
            )
            missed.append(
                _("%(metric)s %(value)s（目标 %(goal)s）")
                % {"metric": metric.name, "value": value(metric, line["now"][2]), "goal": goal}
            )
    if missed:
        return _("%(met)s 项达标；未达标 %(n)s 项：%(missed)s。") % {
            "met": met,
            "n": len(missed),
            "missed": _("、").join(missed),
        }
    return _("有目标的 %(met)s 项全部达标。") % {"met": met} if met else ""


def records(snapshot: Snapshot) -> list[str]:
    """The days that stand out."""
    found = []
    for record in snapshot["records"]:
        metric = metric_of(snapshot, record["metric"])
        if metric is None or (record["kind"] == "busiest" and snapshot["cadence"] == "daily"):
            continue
        says = {
            "busiest": _("来电最多：%(day)s，%(value)s"),
            "peak_hour": _("最忙一小时：%(day)s %(hour)s，%(value)s"),
            "best": _("%(metric)s最好：%(day)s，%(value)s（n %(n)s）"),
            "worst": _("%(metric)s最差：%(day)s，%(value)s（n %(n)s）"),
            "highest": _("%(metric)s最高：%(day)s，%(value)s（n %(n)s）"),
            "lowest": _("%(metric)s最低：%(day)s，%(value)s（n %(n)s）"),
        }[record["kind"]]
        text = says % {
            "metric": metric.name,
            "day": day_text(record["day"]),
            "hour": record["hour"],
            "value": value(metric, record["value"]),
            "n": f"{record['n'] or 0:,.0f}",
        }
        if record["of_days"]:
            text += _("，为近 %(days)s 天之最") % {"days": record["of_days"]}
        found.append(text)
    return found


def exceptions(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What went wrong, as the rooms told it."""
    found = []
    for item in snapshot["exceptions"]:
        at, said = datetime.fromisoformat(item["at"]) if item["at"] else None, item["text"]
        found.append(
            {
                "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "",
                "text": _(said) % item["params"],
                "tone": item["tone"],
            }
        )
    return found


def gaps(snapshot: Snapshot) -> list[str]:
    """Where numbers are missing, in this period or in those that it is compared with."""
    found = [_days_without(kind, days) for kind, days in _runs(snapshot["gaps"])]
    found += [
        _("%(day)s %(hour)s 起的一小时没有来电数据（往常约 %(usual)s 通）")
        % {"day": day_text(gap["day"]), "hour": gap["hour"], "usual": f"{gap['usual']:.0f}"}
        for gap in snapshot["gaps"]
        if gap["kind"] == "hour"
    ]
    for name, cover in snapshot["coverage"].items():
        if name != "now" and name == snapshot["base"] and cover["with_data"] < cover["days"]:
            found.append(
                _("%(base)s只有 %(n)s / %(days)s 天有数据，比较仅供参考")
                % {"base": base_name(snapshot), "n": cover["with_data"], "days": cover["days"]}
            )
    return found


def _runs(found: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Days of one kind that follow each other, together."""
    runs: list[tuple[str, list[str]]] = []
    for gap in found:
        if gap["kind"] == "hour":
            continue
        day = date.fromisoformat(gap["day"])
        if runs and runs[-1][0] == gap["kind"] and date.fromisoformat(runs[-1][1][-1]) == day - timedelta(days=1):
            runs[-1][1].append(gap["day"])
        else:
            runs.append((gap["kind"], [gap["day"]]))
    return runs


def _days_without(kind: str, days: list[str]) -> str:
    if len(days) == 1:
        text = _("%(day)s 在生成时还没有结束") if kind == "unfinished" else _("%(day)s 没有任何来电数据")
        return text % {"day": day_text(days[0])}
    text = (
        _("%(first)s 至 %(last)s（%(n)s 天）在生成时还没有结束")
        if kind == "unfinished"
        else _("%(first)s 至 %(last)s（%(n)s 天）没有任何来电数据")
    )
    return text % {"first": days[0], "last": days[-1], "n": len(days)}


def compared(metric: Metric, now: float | None, before: float | None) -> dict[str, Any]:
    """A change for a table: its text and whether it is good."""
    amount, kind = rules.change(metric, now, before)
    if amount is None:
        return {"text": wording.DASH, "tone": ""}
    good = rules.better(metric, now, before)
    tone = "" if good == "none" or abs(amount) < 0.0005 else "ok" if (amount > 0) == (good == "up") else "bad"
    return {"text": f"{amount * 100:+.1f}".replace("-", "−") + (_("pp") if kind == "point" else "%"), "tone": tone}
