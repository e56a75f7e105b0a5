"""A small Asterisk Manager Interface client: sign in, send actions, receive messages, notice a dead link.

The protocol: lines ``Key: value`` ended by CR LF, a blank line after each message, a banner at the beginning.
Source: Asterisk 22, "AMI v2 Specification".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import md5
from itertools import count

from kefu.areas.calls.engine.overlay import Message

BANNER = b"Asterisk Call Manager"
LONGEST_LINE = 64 * 1024
MOST_LINES = 2000
CONNECT_SECONDS, ANSWER_SECONDS, IDLE_SECONDS = 10.0, 10.0, 30.0


class LinkLost(ConnectionError):
    """The link is down or not to be used: the caller waits and tries again."""


class SignInRefused(LinkLost):
    """The manager refuses the account: trying again will not help until somebody mends it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to connect and as whom."""

    host: str
    port: int
    username: str
    password: str


class Ami:
    """One connection. ``connect`` signs in; ``messages`` yields everything that is received until the link ends."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._numbers = count(1)

    async def connect(self) -> None:
        """Open the link and sign in with a challenge, so that the password never travels; raises ``LinkLost``."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._reader, self._writer = await asyncio.open_connection(
                    self.account.host, self.account.port, limit=LONGEST_LINE
                )
                banner = await self._reader.readline()
                if not banner.startswith(BANNER):
                    raise LinkLost(f"not an Asterisk manager: {banner[:60]!r}")
                challenge = await self._ask("Challenge", AuthType="MD5")
                key = md5(
                    (challenge.get("Challenge", "") + self.account.password).encode(), usedforsecurity=False
                ).hexdigest()
                answer = await self._ask(
                    "Login", AuthType="MD5", Username=self.account.username, Key=key, Events="agent,call,user"
                )
                if answer.get("Response") != "Success":
                    raise SignInRefused(answer.get("Message", "refused"))
        except TimeoutError:
            await self.close()
            raise LinkLost("no answer") from None
        except OSError as error:
            await self.close()
            if isinstance(error, LinkLost):
                raise
            raise LinkLost(error.strerror or str(error)) from None
        except BaseException:
            await self.close()
            raise

    async def send(self, action: str, **fields: str) -> str:
        """Send an action; its answers will be among the messages, bearing the id returned here."""
        if self._writer is None:
            raise LinkLost("not connected")
        number = f"kefu-{next(self._numbers)}"
        lines = [f"Action: {action}", f"ActionID: {number}", *(f"{key}: {value}" for key, value in fields.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a field holds a line break")
        try:
            self._writer.write("\r\n".join([*lines, "", ""]).encode())
            await self._writer.drain()
        except OSError as error:
            raise LinkLost(error.strerror or str(error)) from None
        return number

    async def messages(self) -> AsyncIterator[Message]:
        """Each message as it comes. A link that says nothing is asked for a sign of life; raises ``LinkLost``."""
        asked = False
        pending: asyncio.Task[Message] | None = None
        try:
            while True:
                pending = pending or asyncio.ensure_future(self._message())
                done, _ = await asyncio.wait({pending}, timeout=ANSWER_SECONDS if asked else IDLE_SECONDS)
                if not done:
                    if asked:
                        raise LinkLost("no sign of life")
                    await self.send("Ping")
                    asked = True
                    continue
                message, pending, asked = pending.result(), None, False
                yield message
        finally:
            if pending is not None:
                pending.cancel()

    async def close(self) -> None:
        """End the link; harmless when there is none."""
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.close()
            try:
                async with asyncio.timeout(1):
                    await writer.wait_closed()
            except (OSError, TimeoutError):
                pass

    async def _ask(self, action: str, **fields: str) -> Message:
        number = await self.send(action, **fields)
        while True:
            message = await self._message()
            if message.get("ActionID") == number and "Response" in message:
                return message

    async def _message(self) -> Message:
        message: Message = {}
        for _ in range(MOST_LINES):
            if self._reader is None:
                raise LinkLost("not connected")
            try:
                line = await self._reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                raise LinkLost("closed by the other side") from None
            except asyncio.LimitOverrunError:
                raise LinkLost("a line without end") from None
            except OSError as error:
                raise LinkLost(error.strerror or str(error)) from None
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            if not text:
                if message:
                    return message
                continue
            key, _separator, value = text.partition(":")
            message.setdefault(key.strip(), value.strip())
        raise LinkLost("a message without end")
