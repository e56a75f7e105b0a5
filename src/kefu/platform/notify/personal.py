"""What notify keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.notify.models import Notice
from kefu.platform.privacy.aging import by_age
from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "notify.Notice",
        "title body params",
        kind=PersonalKind.TEXT,
        purpose=_("告知本人"),
        keep_param="notify.keep_days",
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "notify.PersonalSettings",
        "mail_token phone_token",
        kind=PersonalKind.TOKEN,
        purpose=_("把通知发到本人选择的地址"),
        keep=_("账号存续期间，停用后按员工档案处理"),
        erasure=Erasure.VAULT,
    )
    not_personal("notify.Notice", "url origin dedupe_key", "ids of rows")
    not_personal("notify.Preference", "ways", "ways of being told")
    by_age(
        "notify.notices",
        _("通知"),
        "notify.keep_days",
        rows=lambda: Notice.objects.all(),
        instant="created_at",
        forget=lambda rows: rows.delete(),
    )
