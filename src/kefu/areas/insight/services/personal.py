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
    personal_field(
        "insight.MadeReport",
        "comments reason",
        kind=PersonalKind.TEXT,
        purpose=_("点评报告、说明更正"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    for model in ("insight.ReportAddress", "insight.ReportCopy"):
        personal_field(
            model,
            "token",
            kind=PersonalKind.TOKEN,
            purpose=_("把报告发到外部邮箱"),
            keep=_("随所属记录保存"),
            erasure=Erasure.VAULT,
        )
    not_personal("insight.MadeReport", "title snapshot", "names of units and queues, numbers, ids of agents")
    not_personal("insight.ReportPlan", "name recipients", "settings: codes of roles")
    not_personal("insight.AlertEvent", "audience", "ids of accounts")
    not_personal(
        "insight.AlertRule", "name members recipients escalation", "settings of a rule: ids of units and roles"
    )
    not_personal("insight.GaugeMinute", "values", "numbers")
