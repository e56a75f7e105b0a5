"""What audit keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "audit.AuditEntry",
        "actor_label ip session target before after reason cause",
        kind=PersonalKind.RECORD,
        purpose=_("证明谁在何时做了什么"),
        keep=_("法律要求的保存期内；个人信息可单独遮盖"),
        erasure=Erasure.REDACT,
    )
    not_personal("audit.AuditEntry", "previous hash salt proof", "hashes")
    not_personal("audit.AuditSeal", "hash", "a hash")
