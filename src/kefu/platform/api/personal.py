"""What api keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "api.IdempotencyRecord",
        "body",
        kind=PersonalKind.CONTENT,
        purpose=_("重复提交时给出同一答复"),
        keep=_("两天"),
        erasure=Erasure.DELETE,
    )
    not_personal("api.IdempotencyRecord", "key", "chosen by the calling program")
