"""Follows a growing log file through rotation, truncation, copytruncate and late creation, line by line.

The position is device, inode, offset and a hash of the first line, so that a renamed, copied or compressed file is
found again after a restart. A half-written last line waits.
"""

from __future__ import annotations

import glob
import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

CHUNK_BYTES = 8 * 1024 * 1024
HEAD_BYTES = 4096
LONGEST_LINE = 1024 * 1024


@dataclass(slots=True)
class Position:
    """Where a followed log has been read to; ``state()`` is its JSON form."""

    device: int = 0
    inode: int = 0
    offset: int = 0
    head: str = ""

    @classmethod
    def of(cls, state: dict[str, Any] | None) -> Position:
        """The position kept in a checkpoint; the very beginning when there is none."""
        state = state or {}
        return cls(
            device=int(state.get("device", 0)),
            inode=int(state.get("inode", 0)),
            offset=int(state.get("offset", 0)),
            head=str(state.get("head", "")),
        )

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "device": self.device,
            "inode": self.inode,
            "offset": self.offset,
            "head": self.head,
        }


@dataclass(frozen=True, slots=True)
class Chunk:
    """Complete lines in the log's own order, and the position after them.

    ``continues`` says that they follow directly on what was read before, be it in a file rotated away.
    """

    lines: list[bytes]
    position: Position
    name: str
    behind_bytes: int
    continues: bool


class Tail:
    """Reads a log from ``position`` on. ``chunks()`` gives what is there now; call it again later for more."""

    def __init__(self, path: Path, position: Position | None = None) -> None:
        self.path = path
        self.position = position or Position()

    def chunks(self) -> Iterator[Chunk]:
        """The complete lines that have been written since; each chunk's position is the one after it.

        The caller stores the position together with the lines; ``self.position`` moves as chunks are taken.
        """
        size = self._present_size()
        continues = self.position.inode != 0
        if continues and not self._is_in_place():
            rest = self._left_behind()
            continues = bool(rest)
            for path, offset in rest:
                yield from self._follow(path, offset, is_final=bool(size), continues=True)
                if not size:
                    return
        if size:
            offset = self.position.offset if self._is_in_place() else 0
            yield from self._follow(self.path, offset, is_final=False, continues=continues)

    def _present_size(self) -> int:
        try:
            return self.path.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def _is_in_place(self) -> bool:
        """Whether the log itself still holds, up to our offset, what we have read."""
        here = self.position
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                return (
                    (status.st_dev, status.st_ino) == (here.device, here.inode)
                    and status.st_size >= here.offset
                    and (not here.head or _head(file) == here.head)
                )
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _left_behind(self) -> list[tuple[Path, int]]:
        """The files rotated away with lines we may not have read, oldest first, and where to go on in each."""
        siblings = self._siblings()
        ours = next((one for one in siblings if self._is_ours(one)), None)
        if ours is None:
            return []
        age = ours.stat().st_mtime_ns
        later = [(one, 0) for one in siblings if one != ours and one.stat().st_mtime_ns > age]
        return [(ours, self.position.offset), *later]

    def _siblings(self) -> list[Path]:
        """The rotated files beside the log (``queue_log.0``, ``queue_log-20261120.gz``), oldest first."""
        found = [
            one
            for one in self.path.parent.glob(f"{glob.escape(self.path.name)}[-._]*")
            if one != self.path and one.is_file()
        ]
        return sorted(found, key=lambda one: (one.stat().st_mtime_ns, one.name))

    def _is_ours(self, path: Path) -> bool:
        """Whether ``path`` is the file we were reading: renamed, or copied, perhaps compressed since."""
        here = self.position
        status = path.stat()
        if not here.head:
            return (status.st_dev, status.st_ino) == (here.device, here.inode)
        try:
            with _open(path) as file:
                return _head(file) == here.head and (path.suffix == ".gz" or status.st_size >= here.offset)
        except (OSError, EOFError):
            return False

    def _follow(self, path: Path, offset: int, *, is_final: bool, continues: bool) -> Iterator[Chunk]:
        """The lines of ``path`` from ``offset`` on; of a file that is ``is_final`` the unfinished last one too."""
        try:
            with _open(path) as file:
                status = os.fstat(file.fileno())
                head = self.position.head if offset else ""
                self.position = Position(status.st_dev, status.st_ino, offset, head)
                for lines in self._blocks(file, is_final=is_final):
                    behind = 0 if path.suffix == ".gz" else max(0, status.st_size - self.position.offset)
                    yield Chunk(lines, self.position, path.name, behind, continues)
                    continues = True
        except (FileNotFoundError, EOFError, gzip.BadGzipFile):
            return

    def _blocks(self, file: BinaryIO, *, is_final: bool) -> Iterator[list[bytes]]:
        while True:
            here = self.position
            file.seek(here.offset)
            block = file.read(CHUNK_BYTES)
            end = block.rfind(b"\n") + 1
            if (is_final and len(block) < CHUNK_BYTES) or (not end and len(block) > LONGEST_LINE):
                end = len(block)
            if not end:
                return
            self.position = replace(here, offset=here.offset + end, head=here.head or _head(file))
            lines = [line for line in block[:end].split(b"\n") if line.strip()]
            if lines:
                yield lines


def _head(file: BinaryIO) -> str:
    """The hash of the first line; "" until it is complete."""
    file.seek(0)
    line, end, _ = file.read(HEAD_BYTES).partition(b"\n")
    return blake2b(line, digest_size=12).hexdigest() if end or len(line) == HEAD_BYTES else ""


def _open(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
