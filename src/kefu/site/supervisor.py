"""The supervisor: everything a centre needs, as children of one process that start, restart and stop together."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from kefu.kernel.errors import Unavailable
from kefu.site import embedded, ports
from kefu.site.embedded.locks import FileLock
from kefu.site.embedded.processes import dies_with_parent

Notice = Callable[[str], None]

MARK = "KEFU_SUPERVISED"
"""Environment variable of every child: the data folder it was started for."""
STOP_SECONDS = 10.0
READY_SECONDS = 60.0
CALM_SECONDS = 60.0
"""A child that lived this long is restarted without delay."""
LONGEST_PAUSE = 30.0
LOG_LIMIT = 5 * 1024 * 1024
ROOM_NEEDED = 1024 * 1024 * 1024
ROOM_FOR_A_BUILD = 3 * ROOM_NEEDED
"""The tables of the demonstration and the log that the database writes while they are filled."""


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the data folder's supervisor lock; raises ``Unavailable`` naming the other supervisor."""
    lock = FileLock(home / "supervisor.lock")
    if not lock.take_within(3):
        pid = lock.holder()
        raise Unavailable(
            f"another “kefu demo” runs in {home}{f' (process {pid})' if pid else ''}: "
            "stop it, or set KEFU_HOME to another folder"
        )
    lock.sign()
    try:
        yield
    finally:
        lock.release()


def require_room(home: Path) -> None:
    """Raise ``Unavailable`` when the disk is too full to begin."""
    free = shutil.disk_usage(home).free
    needed = (
        ROOM_NEEDED if os.environ.get("DATABASE_URL") or embedded.Layout.of(home).data.exists() else ROOM_FOR_A_BUILD
    )
    if free < needed:
        raise Unavailable(
            f"the disk under {home} is nearly full ({free // 1024**2} MB free, {needed // 1024**2} MB needed): "
            "make room, or set KEFU_HOME to another disk"
        )


def end_leftovers(home: Path, *, notice: Notice) -> None:
    """End what a killed supervisor of this data folder left running. Call it under ``only_one``."""
    deadline = time.monotonic() + STOP_SECONDS
    told = False
    while left := list(_leftovers(home)):
        if not told:
            notice(f"ending {len(left)} processes of an earlier start")
            told = True
        number = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(0.2)


def _leftovers(home: Path) -> Iterator[int]:
    mark = f"{MARK}={home}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)


@dataclass
class Child:
    """One process under supervision."""

    name: str
    words: Sequence[str]
    home: Path
    end_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)
    _not_before: float = field(default=0.0, init=False)

    @property
    def log(self) -> Path:
        """Where the child's output goes."""
        return self.home / "logs" / f"{self.name}.log"

    def start(self) -> None:
        """Start the process in a session of its own."""
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "kefu", *self.words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {MARK: str(self.home), "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=dies_with_parent(self.orphan_signal),
            )
        self._started = time.monotonic()

    def watch(self, notice: Notice) -> None:
        """Restart the process when it has died, after a pause that grows with each failure."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._not_before:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._failures = 0 if now - self._started > CALM_SECONDS else self._failures + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self._failures - 1)) if self._failures else 0.0
        self._end_group(signal.SIGKILL)
        self.process = None
        self._not_before = now + pause
        notice(
            f"{self.name} ended ({_how(code)}): starting it again{f' in {pause:.0f} s' if pause else ''}{self._said()}"
        )

    def end(self, number: signal.Signals | None = None) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number or self.end_signal)

    def wait(self, deadline: float) -> None:
        """Wait until it has ended; what is left at the deadline, or in its group, is killed."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self._end_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _end_group(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def _said(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        last = next((line.strip() for line in reversed(lines[-50:]) if line.strip()), "")
        return f"; it said “{last[:200]}” (see {self.log})" if last else ""


def _how(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


class Supervisor:
    """Runs the children until it is told to stop; the embedded database, when it is ours, is one of them."""

    def __init__(self, home: Path, *, notice: Notice, owner: embedded.Owner | None = None) -> None:
        self._home = home
        self._notice = notice
        self._owner = owner
        self._children: list[Child] = []
        self._stop = threading.Event()
        self._impatient = False

    def install_signals(self) -> None:
        """SIGINT and SIGTERM stop everything; a second one does not wait."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._impatient = self._stop.is_set()
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def run_once(self, words: Sequence[str]) -> bytes:
        """Run a ``kefu`` command to its end and return what it answered.

        Raises ``SystemExit`` when it failed and said why, ``Unavailable`` when it ended otherwise.
        """
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "kefu", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=os.environ | {MARK: str(self._home)},
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        assert process.stdout is not None
        ender = threading.Thread(target=self._kill_when_stopped, args=(process,), daemon=True)
        ender.start()
        answer = process.stdout.read()
        if code := process.wait():
            if self.is_stopping:
                raise KeyboardInterrupt
            if code == 1:  # it has said why
                raise SystemExit(code)
            raise Unavailable(f"“kefu {' '.join(words)}” failed ({_how(code)}): start again")
        return answer

    def _kill_when_stopped(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._stop.wait(0.2):
                # The whole group: what the command started holds its output open.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                return

    def start(self, children: Mapping[str, Sequence[str]]) -> None:
        """Start the named children."""
        for name, words in children.items():
            orphan = signal.SIGTERM if name == "web" else signal.SIGKILL
            child = Child(name, words, self._home, orphan_signal=orphan)
            self._children.append(child)
            child.start()

    def wait_until_serving(self, host: str, port: int) -> None:
        """Wait until the web server takes connections; raises ``Unavailable`` when it does not."""
        deadline = time.monotonic() + READY_SECONDS
        while not ports.answers(host, port):
            if self._stop.wait(0.1):
                raise KeyboardInterrupt
            for child in self._children:
                child.watch(self._notice)
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"the web server did not answer within a minute: see {self._home / 'logs' / 'web.log'}"
                )

    def watch(self) -> None:
        """Keep everything running until somebody asks to stop."""
        while not self._stop.wait(0.5):
            if self._owner is not None and not self._owner.is_alive():
                self._notice("the database ended: starting it again")
                self._owner.restart()
            for child in self._children:
                child.watch(self._notice)

    def stop(self) -> None:
        """Stop all children, then the database; takes seconds, whatever they do."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.end()
        for child in self._children:
            while child.process is not None and child.process.poll() is None and time.monotonic() < deadline:
                if self._impatient:
                    deadline = 0
                time.sleep(0.05)
            child.wait(deadline)
        if self._owner is not None:
            self._owner.stop()
