"""Locks on files: they vanish with their holder, whatever kills it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kefu.kernel.errors import Unavailable


class FileLock:
    """An advisory lock on one file; the file itself stays and may name its holder's pid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock (or change between shared and exclusive) if it is free now."""
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_within(self, seconds: float, *, shared: bool = False) -> bool:
        """Take the lock, waiting for it at most that long."""
        deadline = time.monotonic() + seconds
        while not self.take(shared=shared):
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        return True

    @property
    def descriptor(self) -> int:
        """The open file that holds the lock; a child that inherits it holds the lock too."""
        assert self._descriptor is not None
        return self._descriptor

    def sign(self) -> None:
        """Write our pid into the file, for those who ask who holds it."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()}\n".encode(), 0)

    def holder(self) -> int | None:
        """The pid that the last exclusive holder wrote down."""
        try:
            return int(self.path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None

    def release(self) -> None:
        """Give the lock up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def exclusive(path: Path, *, seconds: float, refusal: str) -> Iterator[FileLock]:
    """Hold the lock on ``path``; raises ``Unavailable`` with ``refusal`` when others keep it longer than that."""
    lock = FileLock(path)
    try:
        if not lock.take_within(seconds):
            raise Unavailable(refusal)
        yield lock
    finally:
        lock.release()
