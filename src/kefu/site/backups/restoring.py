"""Restoring a backup: everything is checked and brought in beside the present data before anything is replaced."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from kefu.kernel.errors import Conflict, RuleBroken, Unavailable
from kefu.site import database, home
from kefu.site.backups import archive, programs
from kefu.site.backups.counting import row_counts

Notice = Callable[[str], None]


def restore(source: Path, *, replace: bool, notice: Notice) -> archive.Manifest:
    """Bring an archive back into an empty database, or with ``replace`` in the place of the present one.

    Raises before anything is changed when the archive is damaged or data are in the way. The restored rows are
    counted against the manifest before the present data go.
    """
    files = Path(settings.FILES_ROOT)
    if not replace:
        if database.has_tables():
            raise Conflict("the database is not empty: name an empty one in DATABASE_URL, or add --replace")
        if files.is_dir() and any(files.iterdir()):
            raise Conflict(f"the folder {files} is not empty: name another KEFU_HOME, or add --replace")
    files.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=files.parent, prefix=".kefu-restore-") as folder:
        notice("checking the archive")
        unpacked = Path(folder)
        manifest = archive.unpack(source, unpacked)
        connections.close_all()
        name = database.parameters()["dbname"]
        if replace:
            _replace_database(manifest, unpacked / archive.DUMP, name, notice)
        else:
            notice("restoring the database")
            _load(unpacked / archive.DUMP, name)
            _verify(name, manifest)
        _swap_files(unpacked / archive.FILES, files)
        _bring_key(unpacked)
    return manifest


def _replace_database(manifest: archive.Manifest, dump: Path, present: str, notice: Notice) -> None:
    side = f"{present}_restoring_{os.getpid()}"
    try:
        with closing(database.connect("postgres", autocommit=True)) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(side)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            "the role of DATABASE_URL may not make databases, so nothing can be replaced safely: "
            "restore into an empty database and let DATABASE_URL name that one"
        ) from error
    try:
        notice("restoring the database beside the present one")
        _load(dump, side)
        _verify(side, manifest)
        notice("replacing the present database")
        _exchange(side, present)
    finally:
        with closing(database.connect("postgres", autocommit=True)) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(side)))


def _load(dump: Path, name: str) -> None:
    with closing(database.connect(name)) as connection:
        program = programs.find("pg_restore", connection.info.server_version)
        _require_reader(program, dump)
        words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        programs.run(program, [*words, f"--dbname={name}", str(dump)], name=name)


def _require_reader(program: Path, dump: Path) -> None:
    try:
        programs.run(program, ["--list", "--file=/dev/null", str(dump)])
    except Unavailable as error:
        raise Unavailable(
            f"{error.message}: install a PostgreSQL client as new as the one that made the backup"
        ) from error


def _verify(name: str, manifest: archive.Manifest) -> None:
    with closing(database.connect(name)) as connection:
        found = row_counts(connection)
    wrong = sorted(table for table in {*found, *manifest.rows} if found.get(table) != manifest.rows.get(table))
    if wrong:
        table = wrong[0]
        raise RuleBroken(
            f"{len(wrong)} tables do not have the rows that the manifest counts; first {table}: "
            f"{found.get(table)} instead of {manifest.rows.get(table)}"
        )


def _exchange(side: str, present: str) -> None:
    old = f"{present}_replaced_{os.getpid()}"
    with closing(database.connect("postgres", autocommit=True)) as server:
        names = {"side": sql.Identifier(side), "present": sql.Identifier(present), "old": sql.Identifier(old)}
        server.execute(sql.SQL("ALTER DATABASE {present} WITH ALLOW_CONNECTIONS false").format(**names))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [present],
        )
        with server.transaction():
            server.execute(sql.SQL("ALTER DATABASE {present} RENAME TO {old}").format(**names))
            server.execute(sql.SQL("ALTER DATABASE {side} RENAME TO {present}").format(**names))
        server.execute(sql.SQL("DROP DATABASE {old} WITH (FORCE)").format(**names))


def _swap_files(restored: Path, files: Path) -> None:
    restored.mkdir(exist_ok=True)
    old = files.with_name(f".{files.name}.replaced-{os.getpid()}")
    if files.exists():
        files.rename(old)
    restored.rename(files)
    shutil.rmtree(old, ignore_errors=True)


def _bring_key(unpacked: Path) -> None:
    """Put the archive's key in place: sealed values of the restored data can be read with no other."""
    brought, present = unpacked / archive.KEY, Path(settings.HOME) / archive.KEY
    if not brought.exists() or os.environ.get("KEFU_SECRET_KEY"):
        return
    key = brought.read_text(encoding="utf-8")
    if present.exists() and present.read_text(encoding="utf-8") != key:
        present.rename(present.with_name(f"{present.name}.replaced-{os.getpid()}"))
    home.replace(present, key)
