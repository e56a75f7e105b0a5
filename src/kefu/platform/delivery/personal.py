"""What delivery keeps about people."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kefu.platform.delivery.models import Message
from kefu.platform.privacy.aging import by_age
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.finding import Finder
from kefu.platform.privacy.registry import CALLER, SUBJECT_PARTS, SubjectPart, Value, not_personal, personal_field


def _erase(subject_kind: str, subject_ref: str, values: Sequence[Value]) -> dict[str, int]:
    """Forget the texts of messages to the subject, and of those that name it."""
    finder = Finder(values)
    ended = Message.objects.filter(finished_at__isnull=False, sealed__isnull=False)
    ids = set()
    if subject_kind == CALLER:
        ids = set(ended.filter(to_token=bytes.fromhex(subject_ref)).values_list("pk", flat=True))
    for message in ended.iterator() if finder else ():
        content = message.content
        if content and finder.is_in(f"{content.subject}\n{content.body}\n{content.html}"):
            ids.add(message.pk)
    return {"delivery.texts": Message.objects.filter(pk__in=ids).update(sealed=None)}


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "delivery.Message",
        "to_token",
        kind=PersonalKind.TOKEN,
        purpose=_("知道发给谁"),
        keep=_("随所属记录保存"),
        erasure=Erasure.VAULT,
    )
    personal_field(
        "delivery.Message",
        "sealed",
        kind=PersonalKind.CONTENT,
        purpose=_("核对发送内容"),
        keep_param="delivery.content_days",
        erasure=Erasure.FORGET,
    )
    personal_field(
        "delivery.Message",
        "error provider_id note",
        kind=PersonalKind.TEXT,
        purpose=_("说明发送结果"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "delivery.MessageAttempt",
        "detail",
        kind=PersonalKind.TEXT,
        purpose=_("说明发送结果"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "delivery.WebhookCall",
        "payload error",
        kind=PersonalKind.TEXT,
        purpose=_("核对推送内容"),
        keep=_("九十天"),
        erasure=Erasure.SCRUB,
    )
    not_personal("delivery.Message", "dedupe_key origin", "ids of rows")
    not_personal("delivery.SmsGateway", "url headers body sealed_secret success_value", "settings of a gateway")
    not_personal("delivery.WebhookEndpoint", "name url events sealed_secret", "settings of an endpoint")
    SUBJECT_PARTS.register(SubjectPart("delivery.texts", _("发出的邮件和短信"), erase=_erase))
    by_age(
        "delivery.texts",
        _("邮件、短信正文"),
        "delivery.content_days",
        rows=lambda: Message.objects.filter(finished_at__isnull=False, sealed__isnull=False),
        instant="finished_at",
        forget=lambda rows: rows.update(sealed=None),
        held=lambda rows, holds: rows.exclude(to_token__in=holds.tokens) if holds.tokens else rows,
    )
