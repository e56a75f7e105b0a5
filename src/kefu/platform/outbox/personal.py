"""What outbox keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "outbox.Delivery",
        "error note",
        kind=PersonalKind.TEXT,
        purpose=_("说明处理失败的原因"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("outbox.Delivery", "handler", "the name of a handler")
    not_personal("outbox.StoredEvent", "payload cause", "ids and versions only")
