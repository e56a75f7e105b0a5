"""What insight keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    for model, fields in (("insight.Alert", "member_name note"), ("insight.AlertEvent", "note")):
        personal_field(
            model,
            fields,
            kind=PersonalKind.TEXT,
            purpose=_("说明告警对象和处理过程"),
            keep=_("随所属记录保存"),
            erasure=Erasure.SCRUB,
        )
    not_personal("insight.AlertEvent", "audience", "ids of accounts")
    not_personal(
        "insight.AlertRule", "name members recipients escalation", "settings of a rule: ids of units and roles"
    )
    not_personal("insight.GaugeMinute", "values", "numbers")
