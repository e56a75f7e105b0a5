"""What api keeps about people."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kefu.platform.api.models import IdempotencyRecord
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.registry import SUBJECT_PARTS, SubjectPart, Value, not_personal, personal_field


def _erase(subject_kind: str, subject_ref: str, values: Sequence[Value]) -> dict[str, int]:
    """Delete kept answers that name the subject; a repetition of that request is answered anew."""
    finder = Finder(values)
    ids = [
        record.pk
        for record in (IdempotencyRecord.objects.iterator() if finder else ())
        if finder.is_in(bytes(record.body or b"").decode("utf-8", "replace"))
    ]
    return {"api.answers": IdempotencyRecord.objects.filter(pk__in=ids).delete()[0]}


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
    SUBJECT_PARTS.register(SubjectPart("api.answers", _("接口答复"), erase=_erase))
