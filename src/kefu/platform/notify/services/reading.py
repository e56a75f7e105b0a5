"""Marking as read: everybody their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotSignedIn
from kefu.platform.notify import badge
from kefu.platform.notify.models import Notice


def mark_read(*, actor: Actor, ids: Iterable[int]) -> int:
    """Mark the actor's notices as read; returns how many were unread. Others' are left alone."""
    return _mark(actor, Q(pk__in=list(ids)))


def mark_all_read(*, actor: Actor, kind: str = "") -> int:
    """Mark everything in the actor's inbox (of one kind) as read; returns how many were unread."""
    return _mark(actor, Q(kind=kind) if kind else Q())


def mark_unread(*, actor: Actor, ids: Iterable[int]) -> int:
    """Mark the actor's notices as unread again; returns how many were read."""
    user_id = _own(actor)
    with transaction.atomic():
        count = Notice.objects.filter(user_id=user_id, in_inbox=True, is_unread=False, pk__in=list(ids)).update(
            is_unread=True, read_at=None
        )
        if count:
            badge.publish_after_commit([user_id])
    return count


def _mark(actor: Actor, which: Q) -> int:
    user_id = _own(actor)
    with transaction.atomic():
        count = Notice.objects.filter(which, user_id=user_id, in_inbox=True, is_unread=True).update(
            is_unread=False, read_at=clock.now()
        )
        if count:
            badge.publish_after_commit([user_id])
    return count


def _own(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotSignedIn(_("请先登录。"))
    return actor.user_id
