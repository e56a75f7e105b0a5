"""Writes of insight."""

from kefu.areas.insight.services import handling, telling
from kefu.areas.insight.services.alerting import evaluate, keep_minute, prune_minutes
from kefu.areas.insight.services.builtin import install_builtin
from kefu.areas.insight.services.handling import acknowledge, assign, snooze
from kefu.areas.insight.services.rules import RuleInput, save_rule, set_active
from kefu.areas.insight.services.rules import check as check_rule
from kefu.areas.insight.services.telling import tell_due

__all__ = [
    "RuleInput",
    "acknowledge",
    "assign",
    "check_rule",
    "evaluate",
    "handling",
    "install_builtin",
    "keep_minute",
    "prune_minutes",
    "save_rule",
    "set_active",
    "snooze",
    "tell_due",
    "telling",
]
