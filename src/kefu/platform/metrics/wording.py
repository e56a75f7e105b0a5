"""How numbers and definitions are written."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from kefu.kernel.metrics import MEASURES, METRICS, Direction, Metric, Row, Term, Unit

DASH = "—"


def term_text(terms: tuple[Term, ...]) -> str:
    """A linear combination as code: ``talk_seconds + hold_seconds − short[outcome=abandoned]``."""
    text = ""
    for term in terms:
        measure = MEASURES.find(term.measure)
        name = measure.column if measure else term.measure
        if measure and measure.where:
            name += "[" + ", ".join(f"{c}={'|'.join(map(str, v))}" for c, v in measure.where) + "]"
        factor = abs(term.factor)
        name = name if factor == 1 else f"{factor:g} × {name}"
        sign = "−" if term.factor < 0 else "+"
        text = f"{text} {sign} {name}" if text else (f"−{name}" if sign == "−" else name)
    return text


def formula_code(metric: Metric) -> str:
    """The formula over stored columns, exactly as it is computed."""
    if not metric.numerator:
        return ""
    top = f"Σ({term_text(metric.numerator)})"
    if metric.quantile is not None:
        return f"P{metric.quantile * 100:g} of histogram {top}"
    if not metric.denominator:
        return top
    scale = f" × {metric.scale:g}" if metric.scale != 1 else ""
    return f"{top} ÷ Σ({term_text(metric.denominator)}){scale}"


def format_value(unit: Unit, value: float | None) -> str:
    """A value as people read it: ``82.5%``, ``4:12``, ``1,234``; a dash when there is none."""
    if value is None:
        return DASH
    if unit is Unit.PERCENT:
        return f"{value * 100:.1f}%"
    if unit is Unit.SECONDS:
        return format_seconds(value)
    if unit is Unit.HOURS:
        return f"{value / 3600:,.1f}"
    if unit is Unit.COUNT:
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def goal(unit: Unit, value: float | None) -> str:
    """A goal as people say it: ``80%`` rather than ``80.0%``."""
    return format_value(unit, value).replace(".0%", "%")


def format_seconds(value: float) -> str:
    """``m:ss`` or ``h:mm:ss``."""
    whole = round(value)
    minutes, seconds = divmod(abs(whole), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if whole < 0 else ""
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{sign}{minutes}:{seconds:02d}"


def row_value(metric: Metric, row: Row | None) -> str:
    """The value of a row in its metric's unit."""
    return format_value(metric.unit, row.value if row else None)


def sample(metric: Metric, n: float) -> str:
    """How much a rate rests on: ``n 874``, or hours where its denominator is a time."""
    if _is_time(metric.code):
        return _("%(n)s 小时") % {"n": format_value(Unit.HOURS, n)}
    return f"n {n:,.0f}"


@lru_cache(maxsize=1024)
def _is_time(code: str) -> bool:
    """Whether what a rate rests on is a time; asked for every cell of a report."""
    metric = METRICS.get(code)
    measures = [MEASURES.find(term.measure) for term in metric.n or metric.denominator]
    return all(m is not None and m.column.endswith("_seconds") for m in measures)


def tone(metric: Metric, value: float | None, slack: float = 0.05) -> str:
    """``ok`` at the target, ``warn`` within ``slack`` (relative) of it, ``bad`` beyond; ``""`` without a target."""
    if value is None:
        return ""
    if metric.direction is Direction.BAND and metric.band is not None:
        low, high = metric.band
        if low <= value <= high:
            return "ok"
        return "warn" if low * (1 - slack) <= value <= high * (1 + slack) else "bad"
    if metric.target is None or metric.direction not in (Direction.UP, Direction.DOWN):
        return ""
    if metric.direction is Direction.UP:
        return "ok" if value >= metric.target else "warn" if value >= metric.target * (1 - slack) else "bad"
    return "ok" if value <= metric.target else "warn" if value <= metric.target * (1 + slack * 2) else "bad"
