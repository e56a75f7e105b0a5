"""A clock as its page and its panel show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kefu.platform.access import queries as access
from kefu.platform.access.models import User
from kefu.platform.calendars import periods
from kefu.platform.clocks import queries, wording
from kefu.platform.clocks.choices import ClockStatus
from kefu.platform.clocks.models import Clock, LogEntry, StepRecord
from kefu.platform.clocks.rules import explain, replay


def presented(row: Clock, now: datetime) -> dict[str, Any]:
    """Everything about one clock, worked out from its log."""
    entries = queries.entries_of(row.pk)
    state = replay(entries, now)
    until = state.ended_at or state.due_at or now
    remaining = state.remaining_seconds
    target = state.target_seconds
    return {
        "clock": row,
        "state": state,
        "now": now,
        "is_running": state.status is ClockStatus.RUNNING,
        "target": wording.write_length(target) if target else "",
        "total_seconds": max(int((until - state.started_at).total_seconds()), 1),
        "share": min(state.elapsed_seconds / target, 1.0) if target else None,
        "share_tone": "bad" if state.is_breached else "ok",
        "remaining_seconds": max(remaining, 0) if remaining is not None else None,
        "overdrawn_seconds": -remaining if remaining is not None and remaining < 0 else None,
        "log": [_line(entry) for entry in _log_of(row)],
        "steps": _steps(row),
        "coming": [(step, _step_label(row, step.kind, step.level)) for step in state.steps if step.at and step.at > now]
        if not state.ended_at
        else [],
        "days": [
            {
                "counted": counted,
                "hours": periods.write(counted.periods),
            }
            for counted in explain(entries, max(until, state.started_at))
        ],
    }


def _log_of(row: Clock) -> list[LogEntry]:
    return list(LogEntry.objects.filter(clock=row).select_related("owner", "actor", "policy").order_by("-sequence"))


def _line(entry: LogEntry) -> dict[str, Any]:
    goal = ""
    if entry.target_seconds:
        goal = wording.write_length(entry.target_seconds)
    return {"entry": entry, "goal": goal, "due_at": entry.due_at, "by": entry.actor_label or _("系统")}


def _steps(row: Clock) -> list[dict[str, Any]]:
    records = list(StepRecord.objects.filter(clock=row).order_by("-came_at", "-id"))
    names = dict(
        User.objects.filter(pk__in={pk for record in records for pk in record.told}).values_list("pk", "display_name")
    )
    return [
        {
            "record": record,
            "label": _step_label(row, record.kind_choice, record.level),
            "audience": access.responsible_label(record.audience) if record.audience else "",
            "told": "、".join(names.get(pk, "—") for pk in record.told),
        }
        for record in records
    ]


def _step_label(row: Clock, kind: Any, level: int) -> str:
    terms = row.policy.terms
    if kind == "warn":
        if row.target_seconds is not None and level < len(terms.warn_percent):
            return _("预警 %(percent)s%%") % {"percent": terms.warn_percent[level]}
        if row.target_seconds is None and level < len(terms.remind_before):
            return _("到期前 %(length)s") % {"length": wording.write_length(terms.remind_before[level])}
        return _("预警")
    if kind == "breach":
        return _("超时")
    return _("第 %(n)s 级升级") % {"n": level + 1}
