"""Showing one value in full: with the right, with a reason, at most sixty an hour, and in the audit."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied, InvalidInput, NotFound
from kefu.platform.access.services import authorise, count_hit
from kefu.platform.privacy import keys, permissions
from kefu.platform.privacy.models import VaultValue

PER_HOUR = 60
SHORTEST_REASON = 4
TICKET_SECONDS = 12 * 3600
_SALT = "kefu.privacy.reveal"


def reveal(*, actor: Actor, token: bytes, reason: str, context: str) -> str:
    """The value behind ``token``; ``context`` says where it was asked (``calls.visit:42``).

    Raises ``Denied``, ``InvalidInput`` for a reason of less than four characters, ``TooMany``, or ``NotFound`` when
    the value is unknown or erased. The audit entry holds a digest of the token, never the value.
    """
    authorise(actor, permissions.VALUE_REVEAL)
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise InvalidInput(
            _("请写明查看理由，至少 %(n)d 个字。") % {"n": SHORTEST_REASON}, field="reason", code="reason_required"
        )
    with transaction.atomic():
        count_hit(f"privacy.reveal:{actor.user_id or actor.label}", limit=PER_HOUR, per_seconds=3600)
        row = VaultValue.objects.filter(token=token).first()
        if row is None or row.sealed is None or row.key_id is None:
            raise NotFound(_("这项信息不存在或已被删除。"))
        value = keys.decrypt(bytes(row.sealed), row.kind.encode() + bytes(row.token), row.key_id).decode()
        auditing.record(
            actor=actor,
            action=permissions.VALUE_REVEAL,
            target=f"privacy.value:{auditing.digest(bytes(token).hex())}",
            after={"kind": row.kind, "context": context[:128]},
            reason=reason,
        )
    return value


def ticket_for(viewer: Actor, token: bytes, context: str) -> str:
    """A signed ticket that a page hands to its viewer: only what was shown to them can be revealed by them."""
    return signing.dumps([viewer.user_id, bytes(token).hex(), context], salt=_SALT)


def read_ticket(viewer: Actor, ticket: str) -> tuple[bytes, str]:
    """Token and context of a ticket; raises ``Denied`` when it was not made for this viewer or is too old."""
    try:
        user_id, token, context = signing.loads(ticket, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature as error:
        raise Denied(_("页面已过期，请刷新后再查看。"), code="bad_ticket") from error
    if user_id is None or user_id != viewer.user_id:
        raise Denied(_("页面已过期，请刷新后再查看。"), code="bad_ticket")
    return bytes.fromhex(token), context
