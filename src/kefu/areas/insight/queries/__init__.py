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
from kefu.areas.insight.queries.home import Tile, tiles_for
from kefu.areas.insight.queries.reports import Cell, Line, Question, Report, answer

__all__ = [
    "Board",
    "Cell",
    "DryRun",
    "Line",
    "Question",
    "Report",
    "Tile",
    "alerts_for",
    "answer",
    "boards_for",
    "chart_of",
    "condition_text",
    "dry_run",
    "history_of",
    "may_handle",
    "may_watch",
    "metric_name",
    "rule_by_code",
    "scope_text",
    "standing_for",
    "tiles_for",
    "value_text",
    "visible_alert",
]
