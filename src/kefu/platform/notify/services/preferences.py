"""What people choose: the ways of each kind, quiet hours, addresses. Everybody their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotSignedIn
from kefu.platform.delivery.services.gateways import PHONE
from kefu.platform.notify import rules
from kefu.platform.notify.choices import Way
from kefu.platform.notify.models import PersonalSettings, Preference
from kefu.platform.notify.registry import NOTICE_KINDS
from kefu.platform.privacy.services import tokenise


def save_preferences(*, actor: Actor, ways: Mapping[str, Collection[str]]) -> None:
    """Kind → ways for the actor; kinds that are left out keep what they had.

    Raises ``InvalidInput`` for an unknown kind or way, and for a mandatory kind without the inbox.
    """
    user_id = _own(actor)
    rows = []
    for code, chosen in ways.items():
        spec = NOTICE_KINDS.find(code)
        if spec is None or not set(chosen) <= set(Way.values):
            raise InvalidInput(_("没有这类通知或这种方式：%(code)s。") % {"code": code[:100]}, field="ways")
        if spec.mandatory and Way.INBOX.value not in chosen:
            raise InvalidInput(
                _("“%(label)s”是必收的通知，不能移出收件箱。") % {"label": spec.label}, field="ways", code="mandatory"
            )
        effective = rules.ways(chosen, spec.default_channels, mandatory=spec.mandatory)
        rows.append(Preference(user_id=user_id, kind=code, ways=sorted(effective)))
    Preference.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["ways"])


def save_hours(*, actor: Actor, quiet_from: time | None, quiet_until: time | None, digest_at: time) -> None:
    """When the actor may be disturbed, and when the digest comes."""
    user_id = _own(actor)
    if (quiet_from is None) != (quiet_until is None):
        field = "quiet_from" if quiet_from is None else "quiet_until"
        raise InvalidInput(_("免打扰的开始和结束要么都填，要么都留空。"), field=field)
    PersonalSettings.objects.update_or_create(
        user_id=user_id, defaults={"quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    )


def save_addresses(*, actor: Actor, mail: str | None = None, phone: str | None = None) -> None:
    """Where the actor's mails and short messages go; ``None`` keeps, ``""`` removes. Stored in the vault."""
    user_id = _own(actor)
    given: dict[str, bytes | None] = {}
    errors: dict[str, str] = {}
    if mail is not None:
        mail = mail.strip()
        try:
            if mail:
                validate_email(mail)
            given["mail_token"] = tokenise("email", [mail])[mail] if mail else None
        except ValidationError:
            errors["mail"] = _("请输入完整的邮箱地址，例如 name@example.com。")
    if phone is not None:
        phone = phone.strip()
        if phone and not PHONE.fullmatch(phone):
            errors["phone"] = _("请输入完整的手机号。")
        else:
            given["phone_token"] = tokenise("phone", [phone])[phone] if phone else None
    if errors:
        raise InvalidInput(_("通知设置没有保存，请改正标红的几项。"), errors=errors)
    if not given:
        return
    with transaction.atomic():
        PersonalSettings.objects.update_or_create(user_id=user_id, defaults=given)
        auditing.record(
            actor=actor,
            action="notify.address:change",
            target=f"notify.address:{user_id}",
            after={
                name.removesuffix("_token"): auditing.digest(token.hex()) if token else None
                for name, token in given.items()
            },
        )


def _own(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotSignedIn(_("请先登录。"))
    return actor.user_id
