"""Restoring a backup: everything is checked and brought in beside the present data before anything is replaced."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from kefu.kernel.errors import Conflict, RuleBroken, Unavailable
from kefu.site import database, home
from kefu.site.backups import archive, journal, programs
from kefu.site.backups.counting import fingerprints
from kefu.site.embedded import processes

Notice = Callable[[str], None]
LEFTOVER = re.compile(r"_(restoring|replaced)_(?P<pid>\d+)")
TRIES = 20
PAUSE_SECONDS = 0.1


def restore(source: Path, *, replace: bool, notice: Notice) -> archive.Manifest:
    """Bring an archive back into an empty database, or with ``replace`` in the place of the present one.

    Raises before anything is changed when the archive is damaged or data are in the way. The restored tables are
    compared with the manifest row for row before the present data go. One that was killed is finished by calling it
    again with the same archive, or undone with another.
    """
    files = Path(settings.FILES_ROOT)
    home_folder = Path(settings.HOME)
    replace = replace or journal.read(home_folder) is not None
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
            sweep(name)
            _replace_database(
                manifest, unpacked / archive.DUMP, name, lambda: journal.begin(home_folder, source), notice
            )
        else:
            notice("restoring the database")
            journal.begin(home_folder, source)
            try:
                _load(unpacked / archive.DUMP, name)
            except Exception:
                journal.end(home_folder)  # it is one transaction: nothing came
                raise
            _verify(name, manifest)
        _swap_files(unpacked / archive.FILES, files)
        _bring_key(unpacked)
        journal.end(home_folder)
    return manifest


def leftovers(present: str) -> list[str]:
    """Databases that restores left beside the present one when they were killed."""
    with closing(database.connect("postgres", autocommit=True)) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{present}\\_re%"]).fetchall()
    found = [(name, LEFTOVER.fullmatch(name.removeprefix(present))) for (name,) in rows]
    return sorted(name for name, match in found if match and not processes.is_alive(int(match["pid"])))


def sweep(present: str) -> list[str]:
    """Drop those databases; returns their names."""
    names = leftovers(present)
    with closing(database.connect("postgres", autocommit=True)) as server:
        for name in names:
            database.drop(server, name)
    return names


def _replace_database(
    manifest: archive.Manifest, dump: Path, present: str, before_exchange: Callable[[], None], notice: Notice
) -> None:
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
        before_exchange()
        _exchange(side, present)
    finally:
        with closing(database.connect("postgres", autocommit=True)) as server:
            database.drop(server, side)


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
        found = fingerprints(connection)
    rows = {table: mark.rows for table, mark in found.items()}
    wrong = sorted(table for table in {*rows, *manifest.rows} if rows.get(table) != manifest.rows.get(table))
    if wrong:
        table = wrong[0]
        raise RuleBroken(
            f"{len(wrong)} tables do not have the rows that the manifest counts; first {table}: "
            f"{rows.get(table)} instead of {manifest.rows.get(table)}"
        )
    other = sorted(table for table, digest in manifest.digests.items() if found[table].digest != digest)
    if other:
        raise RuleBroken(f"{len(other)} tables hold other rows than those that were saved; first {other[0]}")


def _exchange(side: str, present: str) -> None:
    old = f"{present}_replaced_{os.getpid()}"
    with closing(database.connect("postgres", autocommit=True)) as server:
        names = {"side": sql.Identifier(side), "present": sql.Identifier(present), "old": sql.Identifier(old)}
        for attempt in range(TRIES):
            # a worker that was not stopped may come back at once: end it again
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
                [present],
            )
            try:
                with server.transaction():
                    server.execute(sql.SQL("ALTER DATABASE {present} RENAME TO {old}").format(**names))
                    server.execute(sql.SQL("ALTER DATABASE {side} RENAME TO {present}").format(**names))
                break
            except psycopg.errors.ObjectInUse as error:
                if attempt == TRIES - 1:
                    raise Conflict(
                        "somebody goes on using the database: stop the web and worker processes, then restore again; "
                        "nothing was changed"
                    ) from error
                time.sleep(PAUSE_SECONDS)
        database.drop(server, old)


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
