"""Writes of insight."""

from kefu.areas.insight.services import handling, telling
from kefu.areas.insight.services.alerting import evaluate, keep_minute, prune_minutes
from kefu.areas.insight.services.builtin import install_builtin
from kefu.areas.insight.services.handling import acknowledge, assign, snooze
from kefu.areas.insight.services.made_reports import (
    archive_report,
    correct_report,
    make_report,
    review_report,
    save_comments,
    take_report,
)
from kefu.areas.insight.services.printing import file_name, pdf_of, xlsx_of
from kefu.areas.insight.services.report_plans import make_due, request_reports, save_plan
from kefu.areas.insight.services.rules import RuleInput, save_rule, set_active
from kefu.areas.insight.services.rules import check as check_rule
from kefu.areas.insight.services.sending_reports import archive_due, deliver_copies, send_report
from kefu.areas.insight.services.telling import tell_due

__all__ = [
    "RuleInput",
    "acknowledge",
    "archive_due",
    "archive_report",
    "assign",
    "check_rule",
    "correct_report",
    "deliver_copies",
    "evaluate",
    "file_name",
    "handling",
    "install_builtin",
    "keep_minute",
    "make_due",
    "make_report",
    "pdf_of",
    "prune_minutes",
    "request_reports",
    "review_report",
    "save_comments",
    "save_plan",
    "save_rule",
    "send_report",
    "set_active",
    "snooze",
    "take_report",
    "tell_due",
    "telling",
    "xlsx_of",
]
