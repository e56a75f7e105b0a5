"""The AMI client against a manager that replays the real capture, and the overlay that grows from it."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import md5

import pytest

from kefu.areas.calls.adapters import ami as module
from kefu.areas.calls.adapters.ami import Account, Ami, LinkLost, SignInRefused
from kefu.areas.calls.engine.overlay import Message, Overlay
from kefu.areas.calls.tests.bank import JANUARY

CAPTURE = JANUARY.parents[1] / "asterisk" / "capture1" / "ami_events.raw.txt.gz"
needs_capture = pytest.mark.skipif(not CAPTURE.exists(), reason=f"NOT RUN: the real capture is absent ({CAPTURE})")
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def captured() -> list[str]:
    """The messages of the capture after its sign-in."""
    text = gzip.decompress(CAPTURE.read_bytes()).decode()
    blocks = re.split(r"\n\n+", re.sub(r"(?m)^# recv .*\n", "", text))
    return [block for block in blocks if block.strip()][1:]


def parsed(block: str) -> Message:
    return {key: value.strip() for key, _, value in (line.partition(":") for line in block.splitlines())}


async def sign_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, password: str = "secret") -> bool:
    """Play the manager's side of signing in."""
    writer.write(b"Asterisk Call Manager/11.0.0\r\n")
    ask = (await reader.readuntil(b"\r\n\r\n")).decode()
    number = re.search(r"ActionID: (\S+)", ask)[1]  # type: ignore[index]
    writer.write(f"Response: Success\r\nActionID: {number}\r\nChallenge: 840415273\r\n\r\n".encode())
    login = (await reader.readuntil(b"\r\n\r\n")).decode()
    number = re.search(r"ActionID: (\S+)", login)[1]  # type: ignore[index]
    good = md5(f"840415273{password}".encode()).hexdigest() in login
    word = "Success" if good else "Error"
    writer.write(f"Response: {word}\r\nActionID: {number}\r\nMessage: Authentication {word}\r\n\r\n".encode())
    await writer.drain()
    return good


@asynccontextmanager
async def manager(serve: Serve) -> AsyncIterator[Account]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Account("127.0.0.1", server.sockets[0].getsockname()[1], "kefu", "secret")


@pytest.mark.data
@needs_capture
async def test_the_whole_capture_comes_through_and_leaves_nobody_waiting() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sign_in(reader, writer)
        for block in captured():
            writer.write(block.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            await writer.drain()
        writer.close()

    kinds: Counter[str] = Counter()
    overlay, most = Overlay(), 0
    async with manager(serve) as account:
        ami = Ami(account)
        await ami.connect()
        with pytest.raises(LinkLost, match="closed"):  # noqa: PT012 the loop is what ends
            async for message in ami.messages():
                kinds[message.get("Event", "")] += 1
                overlay.apply(message, 0)
                most = max(most, sum(row["state"] == "waiting" for row in overlay.rows().values()))
        await ami.close()

    assert kinds["QueueCallerJoin"] == 53
    assert kinds["AgentConnect"] == 26
    assert most > 3
    assert [row for (kind, _), row in overlay.rows().items() if kind == "call"] == []
    states = {name: row["state"] for (kind, name), row in overlay.rows().items() if kind == "agent"}
    assert states
    assert set(states.values()) <= {"ready", "not_ready", "offline"}


@pytest.mark.data
@needs_capture
def test_a_snapshot_agrees_with_the_events_before_it() -> None:
    """At each ``QueueStatus`` of the capture, whoever waits by the snapshot waits by the events as well."""
    overlay, snapshot, compared = Overlay(), [], 0
    for message in map(parsed, captured()):
        overlay.apply(message, 0)
        if message.get("Event") in ("QueueMember", "QueueEntry"):
            snapshot.append(message)
        if message.get("Event") == "QueueStatusComplete":
            fresh = Overlay.from_snapshot(snapshot, 0)
            waiting = {key for key, row in overlay.rows().items() if row["state"] == "waiting"}
            assert {key for key in fresh.rows() if key[0] == "call"} == waiting
            members = {key for key in overlay.rows() if key[0] == "agent"}
            assert {key for key in fresh.rows() if key[0] == "agent"} == members
            paused = {key for key, row in overlay.rows().items() if row["state"] == "not_ready"}
            assert {key for key, row in fresh.rows().items() if row["state"] == "not_ready"} == paused
            snapshot, compared = [], compared + 1
    assert compared == 4


def test_a_hold_shows_on_the_call_and_on_the_agent() -> None:
    overlay = Overlay()
    overlay.apply({"Event": "QueueMemberAdded", "MemberName": "A", "Queue": "q", "Status": "1", "Paused": "0"}, 1000)
    overlay.apply({"Event": "QueueCallerJoin", "Uniqueid": "u", "Linkedid": "l", "Queue": "q", "Position": "1"}, 2000)
    overlay.apply({"Event": "AgentCalled", "Uniqueid": "u", "MemberName": "A"}, 2500)
    assert overlay.data(("agent", "A")) == {
        "state": "ringing", "reason": "", "queues": ["q"], "call": "u", "since_ms": 2500,
    }  # fmt: skip
    overlay.apply({"Event": "QueueCallerLeave", "Uniqueid": "u"}, 3000)
    overlay.apply({"Event": "AgentConnect", "Uniqueid": "u", "Linkedid": "l", "MemberName": "A", "Queue": "q"}, 3000)
    changed = overlay.apply({"Event": "Hold", "Uniqueid": "x", "Linkedid": "l"}, 9000)

    assert changed == {("call", "u"), ("agent", "A")}
    assert overlay.data(("call", "u")) == {
        "queue": "q", "state": "holding", "agent": "A", "position": 0, "since_ms": 9000,
    }  # fmt: skip
    overlay.apply({"Event": "Unhold", "Linkedid": "l"}, 12000)
    overlay.apply({"Event": "AgentComplete", "Uniqueid": "u", "MemberName": "A"}, 20000)
    assert overlay.data(("call", "u")) is None
    assert overlay.data(("agent", "A")) == {
        "state": "ready", "reason": "", "queues": ["q"], "call": "", "since_ms": 20000,
    }  # fmt: skip


async def test_a_wrong_password_is_told_apart_from_a_lost_link() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sign_in(reader, writer, password="another")
        writer.close()

    async with manager(serve) as account:
        with pytest.raises(SignInRefused, match="Authentication"):
            await Ami(account).connect()


async def test_a_stranger_at_the_port_is_a_lost_link() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with manager(serve) as account:
        with pytest.raises(LinkLost, match="not an Asterisk manager"):
            await Ami(account).connect()
    with pytest.raises(LinkLost):
        await Ami(account).connect()


@pytest.mark.parametrize("flood", [b"x" * 200_000, b"a: b\r\n" * 5000])
async def test_a_flood_without_end_is_a_lost_link(flood: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sign_in(reader, writer)
        writer.write(flood)
        await writer.drain()
        await reader.read()
        writer.close()

    async with manager(serve) as account:
        ami = Ami(account)
        await ami.connect()
        with pytest.raises(LinkLost, match="without end"):
            await anext(ami.messages())
        await ami.close()


async def test_a_silent_link_is_asked_for_a_sign_of_life_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sign_in(reader, writer)
        if b"Action: Ping" in await reader.readuntil(b"\r\n\r\n"):
            asked.set()
        await reader.read()
        writer.close()

    async with manager(serve) as account:
        ami = Ami(account)
        await ami.connect()
        with pytest.raises(LinkLost, match="sign of life"):
            await anext(ami.messages())
        assert asked.is_set()
        await ami.close()


async def test_no_field_can_smuggle_in_another_action() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sign_in(reader, writer)
        await reader.read()
        writer.close()

    async with manager(serve) as account:
        ami = Ami(account)
        await ami.connect()
        with pytest.raises(ValueError, match="line break"):
            await ami.send("QueueStatus", Queue="a\r\nAction: Originate")
        await ami.close()
