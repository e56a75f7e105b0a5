"""Reads of insight."""

from kefu.areas.insight.queries.boards import Board, boards_for, may_watch
from kefu.areas.insight.queries.reports import Cell, Line, Question, Report, answer

__all__ = ["Board", "Cell", "Line", "Question", "Report", "answer", "boards_for", "may_watch"]
