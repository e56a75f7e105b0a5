"""The hub: one listening connection a process, any number of readers, no ORM.

A notice makes a topic *dirty*; dirty topics that somebody reads are fetched in one statement and handed to every
reader. A reader keeps at most one waiting message per topic, the newest, so a slow one skips states instead of
filling memory. Without the listening connection the hub sends no sign of life: readers then call themselves stale.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from kefu.platform.live import protocol
from kefu.platform.live.services import CHANNEL
from kefu.platform.live.tickets import Ticket
from kefu.platform.telemetry.instruments import STREAMS

log = logging.getLogger(__name__)

WAKE_SECONDS = 0.2
GATHER_SECONDS = 0.03
CHECK_SECONDS = 10.0
RECONNECT_SECONDS = (0.2, 5.0)
STREAMS_PER_USER = 40

FETCH = "SELECT topic, version, body FROM live_snapshot WHERE topic = ANY(%s)"
VERSIONS = "SELECT topic, version FROM live_snapshot WHERE topic = ANY(%s)"


@dataclass(eq=False, slots=True)
class Reader:
    """One open stream."""

    ticket: Ticket
    pending: dict[str, bytes] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closing: str = ""

    def put(self, topic: str, data: bytes) -> None:
        """Hand over the newest state of a topic, in place of one not yet sent."""
        self.pending.pop(topic, None)
        self.pending[topic] = data
        self.wake.set()

    def close(self, reason: str) -> None:
        """End the stream with a last word."""
        self.closing = self.closing or reason
        self.wake.set()


@dataclass(slots=True)
class Gauge:
    """What the hub of this process is doing."""

    streams: int = 0
    opened: int = 0
    sent: int = 0
    skipped: int = 0
    fetches: int = 0
    listening: bool = False


class Full(Exception):
    """The user has as many streams as one user may have."""


class Hub:
    """The readers of one event loop and the connection that feeds them."""

    def __init__(self) -> None:
        self.gauge = Gauge()
        self.readers: set[Reader] = set()
        self.topics: dict[str, set[Reader]] = {}
        self.latest: dict[str, tuple[int, str]] = {}
        self.dirty: set[str] = set()
        self.stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def stream(self, ticket: Ticket) -> AsyncIterator[bytes]:
        """The bytes of one stream, until the ticket is over or the hub stops; raises ``Full``."""
        if sum(r.ticket.user_id == ticket.user_id for r in self.readers) >= STREAMS_PER_USER:
            raise Full
        self._start()
        reader = Reader(ticket)
        self._add(reader)
        try:
            yield protocol.message("hello", sent_at=_millis(), expires=ticket.expires, topics=ticket.topics)
            while True:
                left = ticket.expires - time.time()
                if left <= 0:
                    reader.close("expired")
                elif not reader.pending and not reader.closing:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(reader.wake.wait(), left)
                reader.wake.clear()
                waiting, reader.pending = reader.pending, {}
                if waiting:
                    self.gauge.sent += len(waiting)
                    yield b"".join(waiting.values())
                if reader.closing or self.stopping:
                    yield protocol.message("bye", reason=reader.closing or "stopping", sent_at=_millis())
                    return
        finally:
            self._remove(reader)

    def stop(self) -> None:
        """End every stream; readers come back to another process or a later one."""
        self.stopping = True
        for reader in self.readers:
            reader.close("stopping")
        for task in self._tasks:
            task.cancel()

    # readers

    def _add(self, reader: Reader) -> None:
        self.readers.add(reader)
        self.gauge.opened += 1
        self.gauge.streams = len(self.readers)
        STREAMS.set(len(self.readers))
        now = _millis()
        for topic in reader.ticket.topics:
            self.topics.setdefault(topic, set()).add(reader)
            known = self.latest.get(topic)
            if known is None:
                self.dirty.add(topic)
            else:
                reader.put(topic, protocol.snapshot(topic, *known, now))

    def _remove(self, reader: Reader) -> None:
        self.readers.discard(reader)
        self.gauge.streams = len(self.readers)
        STREAMS.set(len(self.readers))
        for topic in reader.ticket.topics:
            others = self.topics.get(topic)
            if others is not None:
                others.discard(reader)
                if not others:
                    del self.topics[topic]
                    self.latest.pop(topic, None)
                    self.dirty.discard(topic)

    def _hand_out(self, topic: str, version: int, body: str) -> None:
        known = self.latest.get(topic)
        if known is not None and known[0] == version:
            return
        self.latest[topic] = (version, body)
        data = protocol.snapshot(topic, version, body, _millis())
        for reader in self.topics.get(topic, ()):
            self.gauge.skipped += topic in reader.pending
            reader.put(topic, data)

    # the connection

    def _start(self) -> None:
        if not self._tasks and not self.stopping:
            self._tasks = [asyncio.create_task(self._listen_forever()), asyncio.create_task(self._beat_forever())]

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(protocol.HEARTBEAT_SECONDS)
            if self.gauge.listening:
                data = protocol.beat(_millis())
                for reader in self.readers:
                    reader.put("", data)

    async def _listen_forever(self) -> None:
        pause, longest = RECONNECT_SECONDS
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**connection_options(), autocommit=True) as conn:
                    await conn.execute(f"LISTEN {CHANNEL}")
                    self.gauge.listening = True
                    pause = RECONNECT_SECONDS[0]
                    self.dirty.update(self.topics)
                    await self._feed(conn)
            except (psycopg.Error, OSError) as error:
                log.warning("the live hub lost its database connection: %s", error)
            finally:
                self.gauge.listening = False
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
            pause = min(pause * 2, longest)

    async def _feed(self, conn: psycopg.AsyncConnection[Any]) -> None:
        checked = time.monotonic()
        while True:
            wanted = [topic for topic in self.dirty if topic in self.topics]
            self.dirty.clear()
            if wanted:
                self.gauge.fetches += 1
                cursor = await conn.execute(FETCH, [wanted])
                for topic, version, body in await cursor.fetchall():
                    self._hand_out(topic, version, body)
            async for notice in conn.notifies(timeout=WAKE_SECONDS, stop_after=1):
                self.dirty.update(notice.payload.split())
            if self.dirty:
                async for notice in conn.notifies(timeout=GATHER_SECONDS):
                    self.dirty.update(notice.payload.split())
            if time.monotonic() - checked > CHECK_SECONDS:
                checked = time.monotonic()
                await self._check(conn)

    async def _check(self, conn: psycopg.AsyncConnection[Any]) -> None:
        """Look for versions whose notice never came."""
        cursor = await conn.execute(VERSIONS, [list(self.topics)])
        for topic, version in await cursor.fetchall():
            if self.latest.get(topic, (0, ""))[0] != version:
                self.dirty.add(topic)


def connection_options() -> dict[str, Any]:
    """How to reach the database directly: ``KEFU_LISTEN_URL`` where a transaction pooler stands before it."""
    direct = os.environ.get("KEFU_LISTEN_URL", "")
    if direct and urlsplit(direct).scheme:
        return {"conninfo": direct, "application_name": "kefu hub"}
    given = settings.DATABASES["default"]
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    options = {ours: given[theirs] for theirs, ours in names.items() if given.get(theirs)}
    extra = {k: v for k, v in (given.get("OPTIONS") or {}).items() if isinstance(v, str | int) and k != "pool"}
    return {**extra, **options, "application_name": "kefu hub", "keepalives_idle": 10, "connect_timeout": 5}


def _millis() -> int:
    return int(time.time() * 1000)
