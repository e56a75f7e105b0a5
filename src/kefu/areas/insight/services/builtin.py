"""The rules that every centre begins with. People change or switch them off; nothing is put back."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.utils.translation import gettext_noop as _

from kefu.areas.insight.choices import Condition, Severity
from kefu.areas.insight.models import AlertRule

ESCALATION = [[15, "role:shift_manager"], [45, "role:manager"]]
NIGHT = {"quiet_from": time(22), "quiet_until": time(8)}

# Names are data: stored in Chinese, shown translated while nobody has renamed the rule.
RULES: tuple[dict[str, Any], ...] = (
    {
        "code": "service-level",
        "name": _("服务水平过低"),
        "metric": "service_level.f3",
        "dimension": "queue",
        "condition": Condition.BELOW,
        "limit": 0.7,
        "clear_at": 0.8,
        "window_minutes": 30,
        "minimum_n": 20,
        "hold_minutes": 3,
        "clear_minutes": 15,
        "recipients": ["role:shift_manager"],
        "escalation": [[20, "role:manager"]],
        **NIGHT,
    },
    {
        "code": "abandonment",
        "name": _("放弃率过高"),
        "metric": "abandon_rate",
        "dimension": "queue",
        "condition": Condition.ABOVE,
        "limit": 0.12,
        "clear_at": 0.08,
        "window_minutes": 30,
        "minimum_n": 25,
        "hold_minutes": 3,
        "clear_minutes": 15,
        "recipients": ["role:shift_manager"],
        "escalation": [[20, "role:manager"]],
        **NIGHT,
    },
    {
        "code": "waiting",
        "name": _("排队人数过多"),
        "metric": "waiting",
        "condition": Condition.ABOVE,
        "limit": 20,
        "clear_at": 10,
        "window_minutes": 15,
        "hold_minutes": 2,
        "clear_minutes": 5,
        "severity": Severity.URGENT,
        "recipients": ["role:shift_manager"],
        "escalation": [[10, "role:manager"]],
    },
    {
        "code": "source-silent",
        "name": _("话务源没有数据"),
        "metric": "source_silence",
        "dimension": "source",
        "condition": Condition.ABOVE,
        "limit": 600,
        "clear_at": 60,
        "window_minutes": 15,
        "hold_minutes": 1,
        "clear_minutes": 2,
        "severity": Severity.URGENT,
        "recipients": ["role:admin"],
        "escalation": ESCALATION,
    },
    {
        "code": "volume",
        "name": _("来话量偏离往常"),
        "metric": "offered",
        "condition": Condition.TREND,
        "sensitivity": 5,
        "least_days": 5,
        "window_minutes": 60,
        "minimum_n": 30,
        "hold_minutes": 15,
        "clear_minutes": 30,
        "recipients": ["role:planner", "role:shift_manager"],
        **NIGHT,
    },
)


def install_builtin() -> int:
    """Put in the rules whose code is not there yet; how many. Only while there is no rule at all."""
    if AlertRule.objects.exists():
        return 0
    return len(AlertRule.objects.bulk_create([AlertRule(is_builtin=True, **rule) for rule in RULES]))
