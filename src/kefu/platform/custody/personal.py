"""What custody keeps about people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kefu.kernel.actor import Actor
from kefu.platform.custody.files import COPY
from kefu.platform.files import services as files
from kefu.platform.files.models import StoredFile
from kefu.platform.privacy.aging import by_age
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def _delete(rows: QuerySet[StoredFile]) -> None:
    for file in rows:
        files.delete_file(actor=Actor.system("retention"), file=file, reason="retention")


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "custody.SubjectRequest",
        "identity_note reason counts",
        kind=PersonalKind.TEXT,
        purpose=_("证明请求已按规定办理"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "custody.RequestEvent",
        "note",
        kind=PersonalKind.TEXT,
        purpose=_("证明请求已按规定办理"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "custody.LegalHold",
        "reason lift_reason",
        kind=PersonalKind.TEXT,
        purpose=_("说明为何保全"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "custody.SubjectRequest",
        "file",
        kind=PersonalKind.FILE,
        purpose=_("交给本人的副本"),
        keep_param="custody.copy_days",
        erasure=Erasure.DELETE,
    )
    not_personal("custody.SubjectRequest", "subject_kind subject_ref", "a token or the number of a row")
    not_personal("custody.LegalHold", "subject_kind subject_ref", "a token or the number of a row")
    not_personal("custody.ErasureRecord", "subject_kind subject_ref", "a token or the number of a row")
    not_personal("custody.RetentionRun", "counts held", "counts")
    not_personal("custody.RetentionRun", "started_by", "the login of an officer, as in the audit")
    by_age(
        "custody.copies",
        _("应请求生成的副本"),
        "custody.copy_days",
        rows=lambda: StoredFile.objects.filter(purpose=COPY, deleted_at__isnull=True),
        instant="created_at",
        forget=_delete,
    )
