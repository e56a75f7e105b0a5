"""Which reports and plans a viewer sees, and whether their numbers still hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kefu.areas.insight import permissions
from kefu.areas.insight.models import MadeReport, ReportPlan
from kefu.areas.insight.queries import gathering
from kefu.areas.insight.queries import report_words as words
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.access.models import ScopeNode

NOISE = 1e-6


def made_reports(viewer: Actor) -> QuerySet[MadeReport]:
    """The reports about units inside the viewer's scope; the whole centre's for whoever sees everything."""
    scope = access.scope_for(viewer, permissions.VIEW_MADE)
    rows = MadeReport.objects.select_related("plan", "node")
    if scope.everything:
        return rows
    return rows.filter(node_id__in=scope.node_ids) if scope.node_ids else rows.none()


def made_report(viewer: Actor, uid: UUID | str) -> MadeReport:
    """One of them; raises ``NotFound`` for others as well as for none."""
    found = made_reports(viewer).select_related("made_by", "reviewed_by", "sent_by").filter(uid=uid).first()
    if found is None:
        raise NotFound(_("没有这份报告，或不在您的数据范围内。"))
    return found


def reaches(viewer: Actor, permission: str, node_id: int | None) -> bool:
    """Whether the viewer holds the permission on the unit; ``None``, the whole centre, needs everything."""
    scope = access.scope_for(viewer, permission)
    return scope.everything or (node_id is not None and scope.covers_node(node_id))


def versions_of(report: MadeReport) -> QuerySet[MadeReport]:
    """All versions of the same report, the newest first."""
    return MadeReport.objects.filter(
        Q(node_id=report.node_id) if report.node_id else Q(node__isnull=True),
        plan_id=report.plan_id,
        starts_on=report.starts_on,
    ).order_by("-number")


def report_plans(viewer: Actor) -> QuerySet[ReportPlan]:
    """The plans that the viewer may steer."""
    scope = access.scope_for(viewer, permissions.MANAGE_PLAN)
    rows = ReportPlan.objects.select_related("node")
    if scope.everything:
        return rows
    return rows.filter(node_id__in=scope.node_ids) if scope.node_ids else rows.none()


def report_plan(viewer: Actor, uid: UUID | str) -> ReportPlan:
    """One of them."""
    found = report_plans(viewer).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("没有这个报告计划，或不在您的数据范围内。"))
    return found


def units_of(plan: ReportPlan) -> list[ScopeNode | None]:
    """The units for which the plan makes a report today; ``None`` is the whole centre."""
    if plan.spread == "one":
        return [plan.node]
    rows = ScopeNode.objects.filter(kind={"sites": "site", "teams": "team"}[plan.spread], is_active=True)
    if plan.node_id is not None:
        rows = rows.filter(pk__in=access.subtree_ids([plan.node_id]))
    return list(rows.order_by("code"))


def digest_of(snapshot: Mapping[str, Any], comments: Mapping[str, str], number: int, reason: str) -> str:
    """The SHA-256 of all that a version says."""
    said = _plain({"snapshot": snapshot, "comments": comments, "number": number, "reason": reason})
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _plain(value: Any) -> Any:
    """The value as the database gives it back, which knows neither ``-0.0`` nor whole numbers that are floats."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_whole(report: MadeReport) -> bool:
    """Whether the report still says what its digest was made of."""
    return report.digest == digest_of(report.snapshot, report.comments, report.number, report.reason)


@dataclass(frozen=True, slots=True)
class Drift:
    """A number of the headline that would be another today (or is another in a later version)."""

    name: str
    then: str
    now: str


def drifts(report: MadeReport) -> list[Drift]:
    """What the report's headline would say otherwise if it were made now: late data, corrected calls."""
    today = gathering.headline_now(snapshot=report.snapshot, node=report.node)
    return _differences(report.snapshot, today)


def differences(earlier: MadeReport, later: MadeReport) -> list[Drift]:
    """What a correction changed in the headline."""
    return _differences(earlier.snapshot, {line["metric"]: line["now"] for line in later.snapshot["headline"]})


def _differences(snapshot: Mapping[str, Any], now: Mapping[str, Any]) -> list[Drift]:
    found = []
    for line in snapshot["headline"]:
        metric = words.metric_of(snapshot, line["metric"])
        then, other = line["now"], now.get(line["metric"])
        if metric is None or (then is None and other is None):
            continue
        a, b = (then or [None] * 4), (other or [None] * 4)
        if any(abs((x or 0) - (y or 0)) > NOISE for x, y in zip(a[:3], b[:3], strict=True)):
            found.append(Drift(str(metric.name), words.value(metric, a[2]), words.value(metric, b[2])))
    return found
