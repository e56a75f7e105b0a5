"""The live counts of one person: topic ``tasks.user.<id>``."""

from __future__ import annotations

from collections.abc import Iterable

from kefu.kernel.actor import Actor
from kefu.platform.live import services as live
from kefu.platform.tasks import queries

PREFIX = "tasks.user."


def topic_of(user_id: int) -> str:
    """The topic that carries the person's counts."""
    return f"{PREFIX}{user_id}"


def may_read(actor: Actor, topic: str) -> bool:
    """Only the person itself."""
    return actor.user_id is not None and topic == topic_of(actor.user_id)


def publish(user_ids: Iterable[int | None]) -> None:
    """Tell the open pages of these people their counts, when the transaction commits."""
    people = sorted({user_id for user_id in user_ids if user_id is not None})
    if people:
        live.publish_many(
            {
                topic_of(user_id): {"open": counts.open, "overdue": counts.overdue, "unowned": counts.unowned}
                for user_id, counts in queries.open_counts(people).items()
            }
        )
