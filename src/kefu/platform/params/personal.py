"""What params keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "params.ParamChange",
        "value changed_by_label reason",
        kind=PersonalKind.NAME,
        purpose=_("记录谁改了参数"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
