"""What live keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "live.Snapshot",
        "body",
        kind=PersonalKind.TEXT,
        purpose=_("大屏和列表的最新状态"),
        keep=_("被下一次状态覆盖"),
        erasure=Erasure.SCRUB,
    )
    not_personal("live.Snapshot", "topic", "a topic")
