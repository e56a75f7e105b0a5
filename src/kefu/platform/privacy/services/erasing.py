"""Erasing a value for good."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, NotFound
from kefu.platform.access.services import authorise
from kefu.platform.privacy import permissions
from kefu.platform.privacy.models import VaultValue


def erase(*, actor: Actor, token: bytes, reason: str) -> None:
    """Destroy the value behind ``token``; every place that keeps the token shows "已删除" from then on.

    The audit chain stays valid: it never held the value. Erasing twice changes nothing.
    """
    authorise(actor, permissions.VALUE_ERASE)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明删除理由，至少 %(n)d 个字。") % {"n": 4}, field="reason", code="reason_required")
    with transaction.atomic():
        row = VaultValue.objects.select_for_update().filter(token=token).first()
        if row is None:
            raise NotFound(_("这项信息不存在或已被删除。"))
        if row.erased_at is not None:
            return
        row.sealed = row.key_id = None
        row.mask = ""
        row.erased_at = clock.now()
        row.save(update_fields=["sealed", "key_id", "mask", "erased_at"])
        auditing.record(
            actor=actor,
            action=permissions.VALUE_ERASE,
            target=f"privacy.value:{auditing.digest(bytes(token).hex())}",
            after={"kind": row.kind},
            reason=reason.strip(),
        )
