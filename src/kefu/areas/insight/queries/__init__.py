"""Reads of insight."""

from kefu.areas.insight.queries.alerts import (
    DryRun,
    alerts_for,
    chart_of,
    condition_text,
    dry_run,
    history_of,
    may_handle,
    metric_name,
    rule_by_code,
    scope_text,
    standing_for,
    value_text,
    visible_alert,
)
from kefu.areas.insight.queries.boards import Board, boards_for, may_watch
from kefu.areas.insight.queries.exceptions import ReportException, report_exceptions
from kefu.areas.insight.queries.home import Tile, tiles_for
from kefu.areas.insight.queries.made_reports import (
    differences,
    drifts,
    is_whole,
    made_report,
    made_reports,
    reaches,
    report_plan,
    report_plans,
    units_of,
    versions_of,
)
from kefu.areas.insight.queries.report_documents import comment_labels, document
from kefu.areas.insight.queries.reports import Cell, Line, Question, Report, answer

__all__ = [
    "Board",
    "Cell",
    "DryRun",
    "Line",
    "Question",
    "Report",
    "ReportException",
    "Tile",
    "alerts_for",
    "answer",
    "boards_for",
    "chart_of",
    "comment_labels",
    "condition_text",
    "differences",
    "document",
    "drifts",
    "dry_run",
    "history_of",
    "is_whole",
    "made_report",
    "made_reports",
    "may_handle",
    "may_watch",
    "metric_name",
    "reaches",
    "report_exceptions",
    "report_plan",
    "report_plans",
    "rule_by_code",
    "scope_text",
    "standing_for",
    "tiles_for",
    "units_of",
    "value_text",
    "versions_of",
    "visible_alert",
]
