"""A ticket opens what was checked when it was issued, for five minutes at most, and cannot be made up."""

from __future__ import annotations

import pytest
from django.core import signing

from kefu.kernel.actor import Actor, ActorKind
from kefu.kernel.errors import Denied, InvalidInput, NotSignedIn
from kefu.platform.live import tickets
from kefu.platform.live.tests.conftest import READER

pytestmark = pytest.mark.usefixtures("open_topics")


def test_a_ticket_names_its_user_topics_and_end() -> None:
    text = tickets.issue(READER, ["test.open.a", "test.open.b", "test.open.a"], now=1000.0)
    assert tickets.read(text, now=1299.9) == tickets.Ticket(7, ("test.open.a", "test.open.b"), 1300.0)


def test_a_ticket_ends() -> None:
    text = tickets.issue(READER, ["test.open.a"], lifetime=9000, now=1000.0)
    assert tickets.read(text, now=1300.0) is None


def test_a_changed_or_foreign_ticket_is_nothing() -> None:
    text = tickets.issue(READER, ["test.open.a"])
    assert tickets.read(text[:-1] + ("A" if text[-1] != "A" else "B")) is None
    assert tickets.read(signing.dumps({"u": 7, "t": ["x"], "e": 9e9}, salt="another")) is None
    assert tickets.read("") is None


@pytest.mark.parametrize("topic", ["test.closed.a", "calls", "test.open.seven.x"])
def test_a_topic_without_right_is_refused(topic: str) -> None:
    other = Actor(kind=ActorKind.USER, label="other", user_id=8)
    with pytest.raises(Denied, match=topic):
        tickets.issue(other, ["test.open.a", topic])
    assert tickets.allowed(other, ["test.open.a", topic]) == ["test.open.a"]


def test_nobody_gets_no_ticket() -> None:
    with pytest.raises(NotSignedIn):
        tickets.issue(Actor.anonymous(), ["test.open.a"])


def test_too_many_topics_are_refused() -> None:
    with pytest.raises(InvalidInput):
        tickets.issue(READER, [f"test.open.{i}" for i in range(61)])
