"""Goals that can be changed: every metric with a default goal has a parameter for it (two for a band)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kefu.kernel.metrics import Metric, Unit
from kefu.platform.params import queries as params
from kefu.platform.params.choices import ParamType
from kefu.platform.params.registry import PARAMS, Param, Value

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HELP = _("只影响着色和目标线，不改变任何数值。")


def declared(metric: Metric) -> list[Param]:
    """The parameters that hold the goal of a metric; none when it has no goal."""
    name = metric.name
    if metric.band is not None:
        low, high = metric.band
        return [
            _param(metric, "low", format_lazy(_("{name}：目标下限"), name=name), low),
            _param(metric, "high", format_lazy(_("{name}：目标上限"), name=name), high),
        ]
    if metric.target is not None:
        return [_param(metric, "", format_lazy(_("{name}：目标"), name=name), metric.target)]
    return []


def code_of(metric: Metric, end: str = "") -> str:
    """The code of a metric's goal: ``calls.target.asa``, ``calls.target.aht.low``."""
    room = metric.numerator[0].measure.partition(".")[0] if metric.numerator else "metrics"
    return ".".join(part for part in (room, "target", metric.code, end) if part)


def in_force(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """The same metrics with the goals that are in force now, in one statement."""
    wanted = list(metrics)
    codes = [p.code for metric in wanted for p in declared(metric) if p.code in PARAMS]
    values = params.values(codes) if codes else {}
    return tuple(_with_goal(metric, values) for metric in wanted)


def _with_goal(metric: Metric, values: dict[str, Value]) -> Metric:
    if metric.band is not None:
        ends = [values.get(code_of(metric, end)) for end in ("low", "high")]
        low, high = sorted(b if v is None else _number(metric, v) for v, b in zip(ends, metric.band, strict=True))
        return metric if (low, high) == metric.band else replace(metric, band=(low, high))
    value = values.get(code_of(metric))
    if metric.target is None or value is None or _number(metric, value) == metric.target:
        return metric
    return replace(metric, target=_number(metric, value))


def _number(metric: Metric, value: Value) -> float:
    """A parameter's value in the metric's own unit: parameters hold percentages as people write them."""
    return float(Decimal(value) / 100) if metric.unit is Unit.PERCENT else float(value)


def _param(metric: Metric, end: str, label: StrOrPromise, value: float) -> Param:
    code = code_of(metric, end)
    if metric.unit is Unit.SECONDS:
        return Param(code, label, ParamType.DURATION, round(value), help=HELP, minimum=0, maximum=86_400)
    if metric.unit is Unit.PERCENT:
        percent = Decimal(f"{value * 100:g}")
        return Param(code, label, ParamType.DECIMAL, percent, help=HELP, minimum=0, maximum=100, unit="%")
    return Param(code, label, ParamType.DECIMAL, Decimal(str(value)), help=HELP, minimum=0)
