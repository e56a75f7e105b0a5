"""Numbers and their definitions for other systems."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from kefu.kernel.errors import InvalidInput
from kefu.kernel.metrics import DIMENSIONS, METRICS, TIME_DIMENSIONS
from kefu.platform.access.guard import actor_of, requires
from kefu.platform.metrics import permissions, queries, records, registry, targets, wording

router = Router()
MOST_DAYS = 3700
MOST_METRICS = 30


class MetricOut(Schema):
    """The definition of a metric."""

    metric: str
    version: int
    name: str
    unit: str
    direction: str
    kind: str
    formula: str = Field(description="In words")
    code: str = Field(description="As it is computed")
    exclusions: str
    attribution: str
    target: float | None
    band: list[float] | None
    variant_of: str
    is_default_variant: bool
    dimensions: list[str]


class ValuesQuery(Schema):
    """What is asked; lists may be repeated or separated by commas."""

    metric: list[str] = Field(description="Metric codes; a base name means its default variant")
    start: date = Field(alias="from", description="First local day")
    end: date = Field(alias="to", description="Local day after the last")
    by: list[str] = Field(default_factory=list, description="Dimensions to split by")
    site: list[str] = Field(default_factory=list, description="Only these sites (codes)")
    team: list[str] = Field(default_factory=list, description="Only these teams")
    source: list[str] = Field(default_factory=list, description="Only these sources")
    queue: list[str] = Field(default_factory=list, description="Only these queues")
    agent: list[str] = Field(default_factory=list, description="Only these agents")


@router.get("", response=list[MetricOut], summary="All metrics and their definitions")
@requires(permissions.VIEW_DEFINITION)
def list_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """The whole catalogue."""
    return [
        {
            "metric": m.code,
            "version": m.version,
            "name": str(m.name),
            "unit": m.unit.value,
            "direction": m.direction.value,
            "kind": m.kind.value,
            "formula": str(m.formula),
            "code": wording.formula_code(m),
            "exclusions": str(m.exclusions),
            "attribution": m.attribution.value,
            "target": m.target,
            "band": list(m.band) if m.band else None,
            "variant_of": m.variant_of,
            "is_default_variant": m.default_variant,
            "dimensions": list(registry.dimensions_of(m)),
        }
        for m in targets.in_force(METRICS)
    ]


@router.get("values", response=list[dict[str, Any]], summary="Metrics over local days")
@requires(permissions.VIEW_NUMBER)
def values(request: HttpRequest, asked: Annotated[ValuesQuery, Query()]) -> list[dict[str, Any]]:
    """Numerator, denominator, value and n of each metric, split as asked, within the caller's scope."""
    if asked.end <= asked.start:
        raise InvalidInput(_("结束日期不能早于开始日期"), field="to")
    if (asked.end - asked.start).days > MOST_DAYS:
        raise InvalidInput(_("一次最多查询 %(days)s 天") % {"days": MOST_DAYS}, field="to")
    codes = _words(asked.metric)
    if not codes or len(codes) > MOST_METRICS:
        raise InvalidInput(_("一次请查询 1 到 %(most)s 个指标") % {"most": MOST_METRICS}, field="metric")
    by = _words(asked.by)
    known = [*(d.code for d in DIMENSIONS), *TIME_DIMENSIONS]
    for code in by:
        if code not in known:
            raise InvalidInput(
                _("没有维度“%(code)s”。可用的维度：%(known)s") % {"code": code, "known": ", ".join(known)}, field="by"
            )
    chosen = {code: _words(getattr(asked, code)) for code in ("site", "team", "source", "queue", "agent")}
    filters = {code: queries.resolve(code, picked) for code, picked in chosen.items() if picked}
    return records.of(queries.compute(actor_of(request), codes, asked.start, asked.end, by=by, filters=filters))


def _words(texts: list[str]) -> list[str]:
    """Repeated or comma-separated words, each once."""
    return list(dict.fromkeys(word.strip() for text in texts for word in text.split(",") if word.strip()))
