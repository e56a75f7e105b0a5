"""A reader of streams for tests: speaks ASGI with the hub, without a server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from kefu.platform.live import asgi


class Reading:
    """One request to the hub; ``await event()`` gives the next event as (name, data)."""

    def __init__(self, ticket: str, *, method: str = "GET", slow: bool = False) -> None:
        headers = [(b"authorization", f"Live {ticket}".encode())] if ticket else []
        self.scope = {"type": "http", "method": method, "path": asgi.PATH, "headers": headers}
        self.start: dict[str, Any] = {}
        self.events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.left = asyncio.Event()
        self.may_send = asyncio.Event()
        if not slow:
            self.may_send.set()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        await asgi.mount(self._never)(self.scope, self._receive, self._send)
        self.ended.set()

    async def _never(self, *args: Any) -> None:
        raise AssertionError("the hub must answer its path itself")

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        await self.may_send.wait()
        for text in message["body"].decode().split("\n\n"):
            if text:
                name, data = text.split("\n")
                self.events.put_nowait((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))

    async def event(self) -> tuple[str, Any]:
        """The next event."""
        return await asyncio.wait_for(self.events.get(), 10)

    async def end(self) -> None:
        """Until the answer is complete."""
        await asyncio.wait_for(self.ended.wait(), 10)

    async def leave(self) -> None:
        """Go away like a closed browser."""
        self.left.set()
        await self.end()
