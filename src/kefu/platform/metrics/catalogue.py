"""Definitions as they are shown: searched, grouped, with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.kernel.metrics import DIMENSIONS, MEASURES, METRICS, Attribution, Direction, Fact, Grain, Kind, Metric, Unit
from kefu.platform.metrics import documentation, plan, registry, wording

UNITS = {
    Unit.COUNT: gettext_lazy("个数"),
    Unit.PERCENT: gettext_lazy("百分比"),
    Unit.SECONDS: gettext_lazy("时长（秒）"),
    Unit.HOURS: gettext_lazy("小时"),
    Unit.RATIO: gettext_lazy("比值"),
    Unit.PER_HOUR: gettext_lazy("每小时"),
}
DIRECTIONS = {
    Direction.UP: gettext_lazy("越高越好"),
    Direction.DOWN: gettext_lazy("越低越好"),
    Direction.BAND: gettext_lazy("在区间内最好"),
    Direction.NEUTRAL: gettext_lazy("无好坏之分"),
}
KINDS = {
    Kind.BASE: gettext_lazy("基础量"),
    Kind.RATIO: gettext_lazy("比率（分子分母先求和再相除）"),
    Kind.DISTRIBUTION: gettext_lazy("分位数（由分布直方图插值）"),
    Kind.SNAPSHOT: gettext_lazy("实时快照"),
}
ATTRIBUTIONS = {
    Attribution.ARRIVAL: gettext_lazy("按到达时段归属：结果计入进入队列的时段"),
    Attribution.EVENT: gettext_lazy("按发生时段归属：计入发生的时段"),
}
GRAINS = {
    Grain.SLOT: gettext_lazy("15 分钟"),
    Grain.DAY: gettext_lazy("日"),
    Grain.MONTH: gettext_lazy("月"),
}
TIMES = {
    "month": gettext_lazy("月"),
    "week": gettext_lazy("周"),
    "day": gettext_lazy("日"),
    "hour": gettext_lazy("小时"),
    "half_hour": gettext_lazy("半小时"),
    "slot": gettext_lazy("15 分钟"),
}


def dimension_label(code: str) -> str:
    """The name of a dimension."""
    known = DIMENSIONS.find(code)
    return str(known.label if known else TIMES.get(code, code))


def name_in(metric: Metric, language: str) -> str:
    """The metric's name in one language."""
    with translation.override(language):
        return str(metric.name)


@dataclass(frozen=True, slots=True)
class Group:
    """The metrics of one owner."""

    owner: str
    metrics: list[Metric]


def search(text: str = "", unit: str = "") -> list[Group]:
    """The metrics whose code, name (either language) or formula holds every word of ``text``, by owner."""
    words = text.lower().split()
    groups: dict[str, list[Metric]] = {}
    for metric in METRICS:
        if unit and metric.unit.value != unit:
            continue
        haystack = " ".join(
            [metric.code, name_in(metric, "zh-hans"), name_in(metric, "en"), str(metric.formula)]
        ).lower()
        if all(word in haystack for word in words):
            groups.setdefault(str(metric.owner), []).append(metric)
    return [Group(owner, metrics) for owner, metrics in groups.items()]


def facts_of(metric: Metric) -> list[dict[str, Any]]:
    """The tables a metric is summed from; ``along`` names the dimensions for which a smaller one with the same sums
    is read in its stead (only for whoever may see everything)."""
    own = registry.families(metric)
    found = [_table(fact) for family in own for fact in registry.facts_of(family)]
    for family in own:
        measures = [MEASURES.get(code) for code in sorted(metric.measures) if MEASURES.get(code).fact == family]
        same = {code: MEASURES.get(code) for measure in measures for code in measure.same_as}
        for other in plan.stand_ins(measures, same):
            if other in own:
                continue
            shared = registry.family_dimensions(family) & registry.family_dimensions(other) - plan.TREE
            along = [d.label for d in DIMENSIONS if d.code in shared]
            found += [{**_table(fact), "along": along} for fact in registry.facts_of(other)]
    return found


def _table(fact: Fact) -> dict[str, Any]:
    return {"label": fact.label, "code": fact.code, "grain": GRAINS[fact.grain], "along": []}


def definition(metric: Metric) -> dict[str, Any]:
    """Everything that is said about a metric."""
    return {
        "metric": metric,
        "name_zh": name_in(metric, "zh-hans"),
        "name_en": name_in(metric, "en"),
        "unit": UNITS[metric.unit],
        "direction": DIRECTIONS[metric.direction],
        "kind": KINDS[metric.kind],
        "attribution": ATTRIBUTIONS[metric.attribution],
        "grain": metric.grain or "、".join(dict.fromkeys(str(f["grain"]) for f in facts_of(metric))),
        "code": wording.formula_code(metric),
        "numerator": wording.term_text(metric.numerator),
        "denominator": wording.term_text(metric.denominator),
        "numerator_words": term_words(metric.numerator),
        "denominator_words": term_words(metric.denominator),
        "n": wording.term_text(metric.n),
        "dimensions": [dimension_label(code) for code in registry.dimensions_of(metric)],
        "facts": facts_of(metric),
        "target": documentation.target_text(metric),
        "variants": variants(metric),
    }


def term_words(terms: Sequence[Any]) -> str:
    """A linear combination in the names of its measures."""
    parts: list[str] = []
    for term in terms:
        measure = MEASURES.find(term.measure)
        sign = (" − " if term.factor < 0 else " + ") if parts else ("−" if term.factor < 0 else "")
        factor = "" if abs(term.factor) == 1 else f"{abs(term.factor):g} × "
        parts.append(f"{sign}{factor}{measure.label if measure else term.measure}")
    return "".join(parts)


def variants(metric: Metric) -> list[Metric]:
    """The named variants beside this one, itself included; empty when there are none."""
    return registry.variants_of(metric.variant_of) if metric.variant_of else []


def unknown(code: str) -> str:
    """What to say when there is no such metric."""
    return _("没有指标“%(code)s”。请在指标目录中查找。") % {"code": code}
