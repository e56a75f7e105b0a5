"""A team with a leader and two agents, another team, and somebody who sees everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kefu.kernel.actor import Actor
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import ScopeNode, User
from kefu.platform.access.registry import RESPONSIBLES, Responsible
from kefu.platform.access.tests.factories import give, make_node, make_role, make_user
from kefu.platform.tasks import permissions as p

OWN, UNIT = ScopeLevel.OWN, ScopeLevel.UNIT


@dataclass
class Centre:
    """The people of these tests."""

    team: ScopeNode
    other: ScopeNode
    agent: Actor
    mate: Actor
    leader: Actor
    stranger: Actor
    reader: Actor


def _actor(name: str, node: ScopeNode, grants: dict[str, ScopeLevel]) -> Actor:
    user: User = make_user(name, home_node=node)
    give(user, make_role(grants), node)
    return user.as_actor()


@pytest.fixture
def centre(db: None) -> Iterator[Centre]:
    """The people, with the team's leader as the one who is responsible."""
    team, other = make_node("t1"), make_node("t2")
    worker = {p.VIEW: OWN, p.OPEN: OWN, p.WORK: OWN}
    steering = dict.fromkeys((p.VIEW, p.OPEN, p.WORK, p.STEER, p.VERIFY), UNIT)
    found = Centre(
        team,
        other,
        _actor("agent", team, worker),
        _actor("mate", team, worker),
        _actor("leader", team, steering),
        _actor("stranger", other, steering),
        _actor("reader", team, {p.VIEW: UNIT}),
    )
    leader_id = found.leader.user_id
    known = dict(RESPONSIBLES._items)
    RESPONSIBLES._items["leader"] = Responsible("leader", "leader", lambda **_given: [leader_id or 0])
    yield found
    RESPONSIBLES._items.clear()
    RESPONSIBLES._items.update(known)
