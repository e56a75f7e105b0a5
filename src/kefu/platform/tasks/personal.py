"""What tasks keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "tasks.Task",
        "title body outcome",
        kind=PersonalKind.TEXT,
        purpose=_("说明要做什么、做了什么"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "tasks.TaskEvent",
        "actor_label note",
        kind=PersonalKind.TEXT,
        purpose=_("说明任务过程"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("tasks.Task", "origin url dedupe_key", "ids of rows")
