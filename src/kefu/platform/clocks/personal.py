"""What clocks keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "clocks.Clock",
        "title",
        kind=PersonalKind.TEXT,
        purpose=_("说明计时对象"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "clocks.LogEntry",
        "reason actor_label",
        kind=PersonalKind.TEXT,
        purpose=_("说明计时变化"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "clocks.PolicyVersion",
        "changed_by_label reason",
        kind=PersonalKind.NAME,
        purpose=_("记录谁改了时限"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("clocks.Clock", "origin url", "ids of rows")
    not_personal("clocks.StepRecord", "told", "ids of accounts")
    not_personal("clocks.PolicyVersion", "warn_percent remind_before escalate", "settings")
    not_personal("clocks.ScheduleSnapshot", "body", "opening hours")
