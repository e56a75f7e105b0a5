"""The number in the top bar: how many notices somebody has not read, live."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Count

from kefu.kernel.actor import Actor
from kefu.platform.live import services as live
from kefu.platform.notify.models import Notice

PREFIX = "notify.user."
MOST = 100
"""Counted no further: the badge then says 99+."""


def topic_of(user_id: int) -> str:
    """The live topic of one person's badge."""
    return f"{PREFIX}{user_id}"


def may_read(actor: Actor, topic: str) -> bool:
    """Everybody their own."""
    return actor.user_id is not None and topic == topic_of(actor.user_id)


def unread_count(user_id: int) -> int:
    """How many notices in the inbox are unread, counted to a hundred."""
    return Notice.objects.filter(user_id=user_id, in_inbox=True, is_unread=True)[:MOST].count()


def publish_after_commit(users: Iterable[int]) -> None:
    """Tell the pages of these people once the present transaction is committed.

    After the commit, because only then the count is what everybody sees, and so that nobody waits for another's
    transaction. Should the process die in between, the next page shows the right number anyhow.
    """
    ids = frozenset(users)
    if ids:
        transaction.on_commit(partial(publish, ids), robust=True)


def publish(users: Iterable[int]) -> None:
    """Publish the present counts, in one statement."""
    ids = set(users)
    counts = dict(
        Notice.objects.filter(user_id__in=ids, in_inbox=True, is_unread=True)
        .order_by("user_id")
        .values_list("user_id")
        .annotate(count=Count("pk"))
    )
    live.publish_many({topic_of(user_id): {"unread": min(counts.get(user_id, 0), MOST)} for user_id in sorted(ids)})
