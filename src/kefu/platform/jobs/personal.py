"""What jobs keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "jobs.Job",
        "custom_title arguments message result error requested_by_label dedupe_key",
        kind=PersonalKind.TEXT,
        purpose=_("显示后台任务的进度和结果"),
        keep=_("九十天"),
        erasure=Erasure.SCRUB,
    )
    not_personal("jobs.Job", "name", "the name of a job")
    not_personal("jobs.TickerStatus", "name process last_error", "processes of the installation")
