"""What imports keeps about people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.files import services as files
from kefu.platform.imports.models import ImportFault, Upload
from kefu.platform.privacy.aging import by_age
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import Holds, not_personal, personal_field


def _forget(rows: QuerySet[Any]) -> None:
    """The sheet and its faulty rows; what was done with it stays."""
    for upload in rows.select_related("file"):
        ImportFault.objects.filter(upload=upload).delete()
        files.delete_file(actor=Actor.system("retention"), file=upload.file, reason="retention")


def _held(rows: QuerySet[Any], holds: Holds) -> QuerySet[Any]:
    """Nobody looks into a sheet for whom it names: while somebody is held, sheets stay."""
    return rows.none() if holds.subjects else rows


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "imports.ImportFault",
        "value message",
        kind=PersonalKind.TEXT,
        purpose=_("让上传人改正错误行"),
        keep_param="custody.upload_days",
        erasure=Erasure.DELETE,
    )
    personal_field(
        "imports.Upload",
        "header mapping options counts error created_by_label",
        kind=PersonalKind.TEXT,
        purpose=_("记录导入过程"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "imports.Upload",
        "file",
        kind=PersonalKind.FILE,
        purpose=_("检查和导入的原始表格"),
        keep_param="custody.upload_days",
        erasure=Erasure.DELETE,
    )
    not_personal("imports.SavedMapping", "name headers", "headings of columns")
    by_age(
        "imports.uploads",
        _("导入的表格和错误行"),
        "custody.upload_days",
        rows=lambda: Upload.objects.filter(file__deleted_at__isnull=True).exclude(state__in=("checking", "applying")),
        instant="created_at",
        forget=_forget,
        held=_held,
    )
