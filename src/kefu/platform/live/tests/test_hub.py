"""Streams give a snapshot first, then every newer state, and end when they must."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connection, transaction

from kefu.platform.live import asgi, hub, protocol, services, tickets
from kefu.platform.live.models import Snapshot
from kefu.platform.live.tests.conftest import READER
from kefu.platform.live.tests.streams import Reading

pytestmark = [pytest.mark.usefixtures("open_topics"), pytest.mark.django_db(transaction=True)]
A, B = "test.open.a", "test.open.b"


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Tell a story in an event loop of its own and stop its hub."""

    async def told() -> None:
        try:
            await asyncio.wait_for(story(), 30)
        finally:
            asgi.hub().stop()
            await asyncio.gather(*asgi.hub()._tasks, return_exceptions=True)

    asyncio.run(told())


async def publish(topic: str, **payload: Any) -> None:
    """Publish from another thread, as the product does."""

    def work() -> None:
        try:
            services.publish(topic, payload)
        finally:
            connection.close()

    await asyncio.to_thread(work)


def test_a_snapshot_then_news_of_own_topics_only() -> None:
    async def story() -> None:
        await publish(A, n=1)
        await publish(A, n=2)
        reading = Reading(tickets.issue(READER, [A]))
        name, hello = await reading.event()
        assert (name, hello["topics"]) == ("hello", [A])
        name, first = await reading.event()
        assert (name, first["topic"], first["version"], first["payload"]) == ("snapshot", A, 2, {"n": 2})
        await publish(B, n=9)
        await publish(A, n=3, 字="中")
        _name, second = await reading.event()
        assert (second["topic"], second["version"], second["payload"]) == (A, 3, {"n": 3, "字": "中"})
        headers = dict(reading.start["headers"])
        assert reading.start["status"] == 200
        assert headers[b"content-encoding"] == b"identity"
        assert headers[b"x-accel-buffering"] == b"no"
        assert asgi.hub().gauge.streams == 1
        await reading.leave()
        assert asgi.hub().gauge.streams == 0
        assert asgi.hub().topics == {}

    run(story)


def test_the_second_reader_is_served_from_memory() -> None:
    async def story() -> None:
        await publish(A, n=1)
        one = Reading(tickets.issue(READER, [A]))
        await one.event()
        await one.event()
        fetches = asgi.hub().gauge.fetches
        two = Reading(tickets.issue(READER, [A]))
        assert [(await two.event())[0], (await two.event())[1]["payload"]] == ["hello", {"n": 1}]
        assert asgi.hub().gauge.fetches == fetches

    run(story)


def test_a_slow_reader_skips_to_the_newest_state() -> None:
    async def story() -> None:
        await publish(A, n=0)
        quick, slow = Reading(tickets.issue(READER, [A])), Reading(tickets.issue(READER, [A]), slow=True)
        await quick.event()
        await quick.event()
        for n in range(1, 6):
            await publish(A, n=n)
            assert (await quick.event())[1]["payload"] == {"n": n}
        assert all(len(r.pending) <= 1 for r in asgi.hub().readers)
        slow.may_send.set()
        seen = [await slow.event(), await slow.event()]
        while seen[-1][1].get("payload") != {"n": 5}:
            seen.append(await slow.event())
        assert len(seen) <= 3
        assert asgi.hub().gauge.skipped >= 3

    run(story)


def test_the_stream_ends_with_its_ticket() -> None:
    async def story() -> None:
        reading = Reading(tickets.issue(READER, [A], lifetime=1))
        await reading.event()
        assert (await reading.event())[1]["reason"] == "expired"
        await reading.end()

    run(story)


def test_stopping_ends_every_stream_and_refuses_new_ones() -> None:
    async def story() -> None:
        readings = [Reading(tickets.issue(READER, [A])) for _ in range(3)]
        for reading in readings:
            await reading.event()
        asgi.hub().stop()
        for reading in readings:
            assert (await reading.event())[1]["reason"] == "stopping"
            await reading.end()
        late = Reading(tickets.issue(READER, [A]))
        await late.end()
        assert late.start["status"] == 503

    run(story)


@pytest.mark.parametrize(
    ("ticket", "method", "status"), [("", "GET", 401), ("forged:x:y", "GET", 401), ("", "POST", 405)]
)
def test_without_a_ticket_there_is_no_stream(ticket: str, method: str, status: int) -> None:
    async def story() -> None:
        reading = Reading(ticket, method=method)
        await reading.end()
        assert reading.start["status"] == status
        assert reading.events.empty()
        assert asgi.hub().gauge.opened == 0

    run(story)


def test_one_user_cannot_take_all_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "STREAMS_PER_USER", 2)

    async def story() -> None:
        for _ in range(2):
            await Reading(tickets.issue(READER, [A])).event()
        third = Reading(tickets.issue(READER, [A]))
        await third.end()
        assert third.start["status"] == 429

    run(story)


def test_a_lost_database_connection_is_made_again_and_nothing_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEARTBEAT_SECONDS", 0.05)

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'kefu hub' AND datname = current_database()"
            )
        Snapshot.objects.filter(topic=A).update(version=5, body='{"n":5}')
        connection.close()

    async def story() -> None:
        await publish(A, n=1)
        reading = Reading(tickets.issue(READER, [A]))
        await reading.event()
        await reading.event()
        await asyncio.to_thread(cut)
        name, data = await reading.event()
        while name == "beat":
            name, data = await reading.event()
        assert (data["version"], data["payload"]) == (5, {"n": 5})

    run(story)


def test_a_rolled_back_publication_tells_nobody() -> None:
    def rolled_back() -> None:
        try:
            with transaction.atomic():
                services.publish(A, {"n": 2})
                raise RuntimeError
        except RuntimeError:
            connection.close()

    async def story() -> None:
        await publish(A, n=1)
        reading = Reading(tickets.issue(READER, [A]))
        await reading.event()
        await reading.event()
        await asyncio.to_thread(rolled_back)
        await publish(A, n=3)
        assert (await reading.event())[1]["payload"] == {"n": 3}

    run(story)


def test_many_topics_fit_their_notices() -> None:
    topics = [f"test.open.{'x' * 90}.{i}" for i in range(300)]
    services.publish_many({topic: {"n": 1} for topic in topics})
    assert Snapshot.objects.count() == 300
    notices = list(services._notices(topics))
    assert " ".join(notices).split() == topics
    assert all(len(notice) < 8000 for notice in notices)


@pytest.mark.parametrize("topic", ["", "With Space", 'quo"te', "x" * 121])
def test_a_strange_topic_is_refused(topic: str) -> None:
    with pytest.raises(ValueError, match="no topic"):
        services.publish(topic, {})
    assert not Snapshot.objects.exists()
