"""What files keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "files.StoredFile",
        "name",
        kind=PersonalKind.FILE,
        purpose=_("下载时显示文件名"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("files.StoredFile", "path", "holds no part of the given name")
