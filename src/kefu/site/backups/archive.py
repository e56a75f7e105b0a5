"""The archive: a tar of ``database.dump``, ``files/…``, ``secret.key`` and, last, ``manifest.json``."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kefu.kernel.errors import InvalidInput

FORMAT = 2
READABLE = (1, 2)
"""Format 1 counted rows only."""
MANIFEST = "manifest.json"
DUMP = "database.dump"
KEY = "secret.key"
FILES = "files/"
CHUNK = 1024 * 1024


@dataclass
class Manifest:
    """What an archive holds, so that a restore can prove that it got all of it."""

    format: int
    version: str
    made_at: str
    server_version: int
    migrations: list[str]
    rows: dict[str, int]
    """Table → number of rows, counted in the very snapshot that was dumped."""
    digests: dict[str, str] = field(default_factory=dict)
    """Table → sum of its rows' hashes, from the same snapshot."""
    members: dict[str, str] = field(default_factory=dict)
    """Member → SHA-256."""

    def to_json(self) -> bytes:
        """As the bytes of ``manifest.json``."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def add_file(archive: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> int:
    """Append a file, noting its checksum; returns its size.

    A file that grows meanwhile is cut at the size it had; one that shrinks fails the backup.
    """
    info = tarfile.TarInfo(name)
    stat = path.stat()
    info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), 0o600
    with path.open("rb") as file:
        reader = _Hashing(file)
        archive.addfile(info, reader)
    manifest.members[name] = reader.digest.hexdigest()
    return info.size


def add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Append the manifest, which makes the archive complete."""
    data = manifest.to_json()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def unpack(path: Path, target: Path) -> Manifest:
    """Unpack an archive into an empty folder, checking every member against the manifest.

    Raises ``InvalidInput`` when the archive is cut short, changed, or not ours; nothing outside ``target`` is
    written.
    """
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(path) as archive:
            for member, data in _members(archive):
                if member == MANIFEST:
                    manifest = json.load(data)
                    continue
                place = target / member
                place.parent.mkdir(parents=True, exist_ok=True)
                found[member] = _write(data, place)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise InvalidInput(f"{path} is not a whole backup archive ({error}): nothing was changed") from error
    if manifest is None:
        raise InvalidInput(f"{path} is cut short: its manifest is missing; nothing was changed")
    if manifest.get("format") not in READABLE:
        raise InvalidInput(
            f"{path} has format {manifest.get('format')}, this version reads up to {FORMAT}; nothing was changed"
        )
    made = Manifest(**manifest)
    wrong = sorted(name for name in {*found, *made.members} if found.get(name) != made.members.get(name))
    if wrong:
        raise InvalidInput(
            f"{path} is damaged ({len(wrong)} members differ from the manifest, first {wrong[0]!r}); nothing was changed"
        )
    return made


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in archive:
        name = PurePosixPath(info.name)
        if not info.isreg() or name.is_absolute() or ".." in name.parts:
            raise ValueError(f"unexpected member {info.name!r}")
        if not (info.name in {MANIFEST, DUMP, KEY} or info.name.startswith(FILES)):
            raise ValueError(f"unexpected member {info.name!r}")
        data = archive.extractfile(info)
        assert data is not None
        yield info.name, data


def _write(data: IO[bytes], place: Path) -> str:
    digest = hashlib.sha256()
    with place.open("xb") as file:
        while chunk := data.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    place.chmod(0o600)
    return digest.hexdigest()
