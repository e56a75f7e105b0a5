"""What privacy keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "privacy.VaultValue",
        "token mask sealed",
        kind=PersonalKind.TOKEN,
        purpose=_("加密保存号码、姓名、证件号等，各处只留令牌"),
        keep=_("最后一处引用到期为止"),
        erasure=Erasure.VAULT,
    )
    not_personal("privacy.TokenKey", "wrapped", "a key")
