"""A connector: follows a source's log and its live feed for as long as it runs, and tells how the link stands.

The log is the record: its lines go into the raw log with the position, in one transaction. The manager interface is an
overlay: on every (re)connection a snapshot replaces what was known, and nothing of it survives a lost link.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils.translation import gettext as _

from kefu.areas.calls.adapters.ami import Account, Ami, LinkLost, SignInRefused
from kefu.areas.calls.adapters.tail import Position as FilePosition
from kefu.areas.calls.adapters.tail import Tail
from kefu.areas.calls.engine.overlay import Key, Message, Overlay
from kefu.areas.calls.models import Checkpoint, Source
from kefu.areas.calls.services.fold import fold_pending
from kefu.areas.calls.services.intake import Position, take_in
from kefu.areas.calls.services.linking import link_down, link_up, replace_overlay, update_overlay
from kefu.areas.calls.services.secrets import secret_of
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput

logger = logging.getLogger(__name__)

POLL_SECONDS, FLUSH_SECONDS = 0.5, 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
AMI_PORT = 5038
Report = Callable[[str], None]


class LogFollower:
    """Takes the growth of one log file into the raw log. ``poll`` may be called for ever, and after any crash."""

    def __init__(self, source: Source, path: Path) -> None:
        self.source = source
        self.path = path
        self.actor = Actor.system(f"connect:{source.code}")
        self.behind_bytes = 0
        self._tail: Tail | None = None

    def poll(self) -> int:
        """Take in what was written since; returns the number of new lines. After an error: from the stored place."""
        tail, self._tail = self._tail or self._resumed(), None
        new = 0
        for chunk in tail.chunks():
            taken = take_in(
                actor=self.actor,
                source=self.source,
                origin=f"tail:{chunk.name}",
                lines=chunk.lines,
                checkpoint=Position(stream=str(self.path), state=chunk.position.state(), continues=chunk.continues),
            )
            new += taken.new
            self.behind_bytes = chunk.behind_bytes
        self._tail = tail
        if new:
            fold_pending(self.source, wait=False)
        return new

    def _resumed(self) -> Tail:
        known = Checkpoint.objects.filter(source=self.source, stream=str(self.path)[:300]).first()
        return Tail(self.path, FilePosition.of(known.state if known else None))


class Connector:
    """Runs until ``stop`` is set. ``report`` is told what a person at the terminal wants to know."""

    def __init__(self, source: Source, *, report: Report = lambda text: None) -> None:
        options = source.options
        self.source = source
        self.report = report
        self.stop = asyncio.Event()
        self.log_path = Path(options["log_path"]) if options.get("log_path") else None
        self.ami_host = str(options.get("ami_host") or "")
        self.faults: dict[str, str] = {}
        self.followed: LogFollower | None = None
        if self.log_path is None and not self.ami_host:
            raise InvalidInput(
                _("话务源“%(code)s”没有连接参数：请设置队列日志路径或 AMI 主机。") % {"code": source.code},
                code="no_connection",
            )

    async def run(self) -> None:
        """Follow the log and the live feed; ends soon after ``stop`` is set, with nothing half done."""
        tasks = []
        if self.log_path is not None:
            tasks.append(asyncio.create_task(self._follow_log(self.log_path)))
        if self.ami_host:
            tasks.append(asyncio.create_task(self._follow_ami()))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self.ami_host:
                await self._in_thread(replace_overlay, self.source, {}, clock.now())

    async def _follow_log(self, path: Path) -> None:
        follower = self.followed = LogFollower(self.source, path)
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            try:
                if not path.exists():
                    await self._say("log", _("找不到日志文件 %(path)s") % {"path": path})
                    await self._wait(POLL_SECONDS)
                    continue
                new = await self._in_thread(follower.poll)
                await self._say("log", "")
                if new:
                    self.report(_("收到 %(new)d 行") % {"new": new})
                pause = FIRST_PAUSE
                await self._wait(POLL_SECONDS if not follower.behind_bytes else 0)
            except (OSError, DatabaseError) as error:
                logger.warning("following %s: %s", path, error)
                await self._say("log", str(error))
                await self._wait(pause * random.uniform(0.8, 1.2))  # noqa: S311 (spreads the attempts)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _follow_ami(self) -> None:
        options = self.source.options
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            password = await self._in_thread(secret_of, self.source)
            account = Account(
                self.ami_host, int(options.get("ami_port") or AMI_PORT), str(options.get("ami_username", "")), password
            )
            ami = Ami(account)
            try:
                await ami.connect()
                await self._say("ami", "")
                self.report(_("AMI 已连接"))
                pause = FIRST_PAUSE
                await self._listen(ami)
            except SignInRefused as error:
                await self._say("ami", _("AMI 拒绝登录：%(why)s") % {"why": error})
                pause = LONGEST_PAUSE
            except LinkLost as error:
                await self._say("ami", _("AMI 连接中断：%(why)s") % {"why": error})
            finally:
                await ami.close()
                await self._in_thread(replace_overlay, self.source, {}, clock.now())
            await self._wait(pause * random.uniform(0.8, 1.2))  # noqa: S311 (spreads the attempts)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self, ami: Ami) -> None:
        """From the snapshot on, event by event; changes are written in small batches."""
        asked = await ami.send("QueueStatus")
        snapshot: list[Message] | None = []
        overlay = Overlay()
        changed: set[Key] = set()
        stopping = asyncio.create_task(self.stop.wait())
        messages = ami.messages()
        coming: asyncio.Task[Message] | None = None
        written = asyncio.get_running_loop().time()
        try:
            while not self.stop.is_set():
                coming = coming or asyncio.ensure_future(anext(messages))
                await asyncio.wait({coming, stopping}, timeout=FLUSH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                now = clock.now()
                now_ms = int(now.timestamp() * 1000)
                if coming.done():
                    message, coming = coming.result(), None
                    if snapshot is not None and message.get("ActionID") == asked:
                        snapshot.append(message)
                        if message.get("Event") == "QueueStatusComplete":
                            overlay, snapshot, changed = Overlay.from_snapshot(snapshot, now_ms), None, set()
                            await self._in_thread(replace_overlay, self.source, overlay.rows(), now)
                    else:
                        changed |= overlay.apply(message, now_ms)
                if changed and snapshot is None and asyncio.get_running_loop().time() - written >= FLUSH_SECONDS:
                    rows = {key: overlay.data(key) for key in changed}
                    there = {key: data for key, data in rows.items() if data is not None}
                    await self._in_thread(update_overlay, self.source, there, set(rows) - set(there), now)
                    changed, written = set(), asyncio.get_running_loop().time()
        finally:
            stopping.cancel()
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
            await messages.aclose()  # type: ignore[attr-defined]

    async def _say(self, part: str, fault: str) -> None:
        """Note how one part of the link stands; the source is up when no part has a fault."""
        if self.faults.get(part) == fault:
            return
        self.faults[part] = fault
        faults = [text for text in self.faults.values() if text]
        if fault:
            self.report(fault)
        now = clock.now()
        try:
            if faults:
                await self._in_thread(link_down, self.source, now, "; ".join(faults))
            else:
                await self._in_thread(link_up, self.source, now)
        except DatabaseError as error:
            self.faults[part] = "?"
            logger.warning("link state of %s: %s", self.source.code, error)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        except TimeoutError:
            pass

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        def call() -> Any:
            close_old_connections()
            return function(*arguments)

        return await asyncio.to_thread(call)
