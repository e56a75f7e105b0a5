"""Fixtures: a rule for topics of tests, and an actor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kefu.kernel.actor import Actor, ActorKind
from kefu.platform.live import registry

READER = Actor(kind=ActorKind.USER, label="reader", user_id=7)


@pytest.fixture
def open_topics() -> Iterator[None]:
    """Everybody signed in may read ``test.open.…``, user 7 alone ``test.open.seven.…``."""
    before = dict(registry.RULES._items)
    registry.topic_rule("test.open.", authorise=lambda actor, topic: True)
    registry.topic_rule("test.open.seven.", authorise=lambda actor, topic: actor.user_id == 7)
    yield
    registry.RULES._items.clear()
    registry.RULES._items.update(before)
