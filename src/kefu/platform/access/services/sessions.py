"""Sessions: seen, ended, revoked. An ended session opens nothing from the next request on."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import permissions
from kefu.platform.access.choices import SessionEnd
from kefu.platform.access.models import SessionRecord
from kefu.platform.access.services.authorising import authorise, require_mastery

_SEEN_EVERY = timedelta(minutes=1)


def touch_session(record: SessionRecord, *, ip: str) -> None:
    """Note that the session is in use; written at most once a minute."""
    now = clock.now()
    if now - record.last_seen_at >= _SEEN_EVERY or record.ip != ip:
        SessionRecord.objects.filter(pk=record.pk).update(last_seen_at=now, ip=ip)


def end_sessions(*, user_id: int, reason: SessionEnd, keep: str = "") -> int:
    """End that user's sessions but the one whose key is ``keep``; returns how many ended."""
    open_ones = SessionRecord.objects.filter(user_id=user_id, ended_at__isnull=True).exclude(session_key=keep)
    keys = list(open_ones.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return open_ones.update(ended_at=clock.now(), end_reason=reason)


def revoke_session(*, actor: Actor, record: SessionRecord) -> None:
    """End one session: one's own, or another's with the right to manage it."""
    if record.user_id != actor.user_id or not actor.is_signed_in:
        authorise(actor, permissions.SESSION_MANAGE, node_id=record.user.home_node_id)
        require_mastery(actor, record.user)
    with transaction.atomic():
        locked = SessionRecord.objects.select_for_update().filter(pk=record.pk).first()
        if locked is None:
            raise NotFound(_("没有这个会话。"))
        if locked.ended_at is not None:
            return
        Session.objects.filter(session_key=locked.session_key).delete()
        locked.ended_at = clock.now()
        locked.end_reason = SessionEnd.REVOKED
        locked.save(update_fields=["ended_at", "end_reason"])
        auditing.record(
            actor=actor,
            action="access.session:revoke",
            target=f"access.session:{record.pk}",
            after={"user": record.user_id},
        )


def revoke_other_sessions(*, actor: Actor) -> int:
    """End all one's own sessions but the present one; returns how many ended."""
    if actor.user_id is None:
        return 0
    with transaction.atomic():
        ended = end_sessions(user_id=actor.user_id, reason=SessionEnd.REVOKED, keep=actor.session_key)
        auditing.record(
            actor=actor,
            action="access.session:revoke_others",
            target=f"access.user:{actor.user_id}",
            after={"sessions_ended": ended},
        )
    return ended
