"""What approvals keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "approvals.Request",
        "title facts payload comment",
        kind=PersonalKind.TEXT,
        purpose=_("说明申请内容"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "approvals.HistoryLine",
        "actor_label note codes",
        kind=PersonalKind.TEXT,
        purpose=_("说明审批过程"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "approvals.ChainVersion",
        "changed_by_label reason",
        kind=PersonalKind.NAME,
        purpose=_("记录谁改了审批流程"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("approvals.Request", "origin url dedupe_key", "ids of rows")
    not_personal("approvals.Step", "told", "ids of accounts")
    not_personal("approvals.ChainVersion", "rules", "settings")
