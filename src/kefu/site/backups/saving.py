"""Making a backup while everybody works on."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from psycopg import IsolationLevel

import kefu
from kefu.kernel.errors import Conflict
from kefu.site import database
from kefu.site.backups import archive, programs
from kefu.site.backups.counting import fingerprints
from kefu.site.embedded import processes

Progress = Callable[[int, int, str], None]
LEFTOVER = re.compile(r"\.kefu-backup-(?P<dumping>\d+)-.*|\..+\.(?P<packing>\d+)\.partial")
"""Names that carry the process which was writing."""


def save(target: Path, *, progress: Progress, with_key: bool = True) -> archive.Manifest:
    """Write a backup archive; raises ``Conflict`` when ``target`` exists already.

    The dump and the row counts come from one snapshot; the files are read after it, so every file that a dumped
    row names is in the archive. The archive appears under its name only when it is complete.
    """
    if target.exists():
        raise Conflict(f"{target} exists already: choose another name, a backup is never overwritten")
    if not target.parent.is_dir():
        raise Conflict(f"the folder {target.parent} does not exist: make it first")
    sweep(target.parent)
    side = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".kefu-backup-{os.getpid()}-") as folder:
            dump = Path(folder) / archive.DUMP
            manifest = _dump(dump, progress)
            with side.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    archive.add_file(tar, manifest, archive.DUMP, dump)
                    _add_files(tar, manifest, progress)
                    key = Path(settings.HOME) / archive.KEY
                    if with_key and key.exists() and not os.environ.get("KEFU_SECRET_KEY"):
                        archive.add_file(tar, manifest, archive.KEY, key)
                    archive.add_manifest(tar, manifest)
                file.flush()
                os.fsync(file.fileno())
        try:
            os.link(side, target)
        except FileExistsError:
            raise Conflict(f"{target} exists already: choose another name, a backup is never overwritten") from None
    finally:
        side.unlink(missing_ok=True)
    return manifest


def sweep(folder: Path) -> list[Path]:
    """Remove what backups left in a folder when they were killed; returns what was removed."""
    gone = []
    for path in folder.glob(".*"):
        found = LEFTOVER.fullmatch(path.name)
        if found is None or processes.is_alive(int(found["dumping"] or found["packing"])):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        gone.append(path)
    return gone


def _dump(path: Path, progress: Progress) -> archive.Manifest:
    with closing(database.connect()) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        version = connection.info.server_version
        program = programs.find("pg_dump", version)
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        found = fingerprints(connection, progress)
        applied = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        progress(0, 0, "dumping the database")
        programs.run(
            program,
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot[0]}",
                f"--file={path}",
            ],
        )
    return archive.Manifest(
        format=archive.FORMAT,
        version=kefu.__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        server_version=version,
        migrations=[name for (name,) in applied],
        rows={table: mark.rows for table, mark in found.items()},
        digests={table: mark.digest for table, mark in found.items()},
    )


def _add_files(tar: tarfile.TarFile, manifest: archive.Manifest, progress: Progress) -> None:
    root = Path(settings.FILES_ROOT)
    paths = (
        sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()) if root.is_dir() else []
    )
    for done, path in enumerate(paths, start=1):
        try:
            archive.add_file(tar, manifest, archive.FILES + path.relative_to(root).as_posix(), path)
        except FileNotFoundError:
            continue  # deleted since it was listed, and so was its row
        progress(done, len(paths), "files")
