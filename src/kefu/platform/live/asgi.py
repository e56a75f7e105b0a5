"""The ASGI application: the hub answers its own path, Django everything else; stopping ends open streams."""

from __future__ import annotations

import asyncio
import logging
import signal
import weakref
from collections.abc import Awaitable, Callable, MutableMapping
from types import FrameType
from typing import Any

from kefu.platform.live import tickets
from kefu.platform.live.hub import Full, Hub

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/live/stream"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"content-encoding", b"identity"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
SCHEME = "live "

_HUBS: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _HUBS.get(loop)
    if found is None:
        found = _HUBS[loop] = Hub()
    return found


def hubs() -> list[Hub]:
    """The hubs of this process (one, unless a test runs several loops)."""
    return list(_HUBS.values())


def mount(inner: App) -> App:
    """``inner`` with the hub beside it."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await serve_stream(scope, receive, send)
        else:
            await inner(scope, receive, send)

    return application


async def serve_stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a stream: ``Authorization: Live <ticket>``."""
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    ticket = tickets.read(given[len(SCHEME) :]) if given.lower().startswith(SCHEME) else None
    if ticket is None:
        await _refuse(send, 401)
        return
    here = hub()
    if here.stopping:
        await _refuse(send, 503)
        return
    stream = here.stream(ticket)
    try:
        first = await anext(stream)
    except Full:
        await _refuse(send, 429)
        return
    gone = asyncio.create_task(_gone(receive))
    writing = asyncio.create_task(_write(stream, first, send))
    try:
        await asyncio.wait({gone, writing}, return_when=asyncio.FIRST_COMPLETED)
        if writing.done() and not writing.cancelled() and writing.exception() is not None:
            log.debug("a reader went away: %r", writing.exception())
    finally:
        for task in (gone, writing):
            task.cancel()
        await asyncio.gather(gone, writing, return_exceptions=True)
        await stream.aclose()  # type: ignore[attr-defined]


async def _write(stream: Any, first: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": first, "more_body": True})
    async for data in stream:
        await send({"type": "http.response.body", "body": data, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    """Answer for Django, which does not know the lifespan protocol, and stop streams on a signal.

    Servers wait for open responses before they stop, so streams must end when the signal comes, not at
    ``lifespan.shutdown``, which would come too late.
    """
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _chain_signals(asyncio.get_running_loop(), hub())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            hub().stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _chain_signals(loop: asyncio.AbstractEventLoop, mine: Hub) -> None:
    """End the streams on SIGTERM and SIGINT, then do what the server meant to do.

    A server that uses ``loop.add_signal_handler`` is woken through the loop's file descriptor, which a Python
    handler does not disturb.
    """

    def handler(before: Any) -> Callable[[int, FrameType | None], None]:
        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(mine.stop)
            if callable(before):
                before(number, frame)
            elif before == signal.SIG_DFL:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)

        return handle

    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            signal.signal(number, handler(signal.getsignal(number)))
        except ValueError:
            log.debug("not in the main thread: streams end with the lifespan")
            return
