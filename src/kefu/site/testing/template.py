"""A template database, keyed by what the migrations say, that each test run clones in a tenth of a second."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from psycopg import sql

from kefu.site import database
from kefu.site.lean_states import lean_states

KEEP = timedelta(days=3)
"""Templates that no run has used for this long are dropped."""
LOCK = 0x6B656675


def fingerprint() -> str:
    """A hash of every installed app's migrations and of Django's version."""
    digest = hashlib.sha256(django.get_version().encode())
    for config in sorted(apps.get_app_configs(), key=lambda c: c.label):
        for path in sorted((Path(config.path) / "migrations").glob("**/*")):
            if path.suffix in {".py", ".sql"}:
                digest.update(f"{config.label}/{path.name}".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def clone(name: str) -> None:
    """Make ``name`` a fresh database with every migration applied, and point Django at it."""
    template = f"kefu_template_{fingerprint()}"
    with closing(_maintenance()) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(server, template):
            _build(server, template)
        _mark_used(server, template)
        _drop_stale(server, keep=template)
        server.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        database.drop(server, name)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    _point_at(name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


def drop(name: str) -> None:
    """Remove a test database, whoever is still connected to it."""
    connection.close()
    _close_pool()
    with closing(_maintenance()) as server:
        database.drop(server, name)


@contextmanager
def scratch_database() -> Iterator[str]:
    """An empty database for one test, with Django pointed at it; gone afterwards."""
    before = connection.settings_dict["NAME"]
    name = f"kefu_scratch_{os.getpid()}"
    with closing(_maintenance()) as server:
        database.drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        _point_at(name)
        try:
            yield name
        finally:
            _point_at(before)
            database.drop(server, name)


def _build(server: psycopg.Connection[Any], template: str) -> None:
    building = f"{template}_building"
    database.drop(server, building)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
    _point_at(building)
    with lean_states():
        call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    _close_pool()
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template)))
    server.execute(
        sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false").format(sql.Identifier(template))
    )


def _point_at(name: str) -> None:
    connection.close()
    _close_pool()
    connection.settings_dict["NAME"] = name


def _close_pool() -> None:
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def _maintenance() -> psycopg.Connection[Any]:
    return database.connect("postgres", autocommit=True)


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _mark_used(server: psycopg.Connection[Any], template: str) -> None:
    today = datetime.now(UTC).date().isoformat()
    server.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(f"used {today}"))
    )


def _drop_stale(server: psycopg.Connection[Any], *, keep: str) -> None:
    for name, note in _templates(server):
        if name == keep or not note.startswith("used "):
            continue
        if date.fromisoformat(note.removeprefix("used ")) < datetime.now(UTC).date() - KEEP:
            server.execute(sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE false").format(sql.Identifier(name)))
            database.drop(server, name)


def _templates(server: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    rows = server.execute(
        "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
        " WHERE datname LIKE 'kefu\\_template\\_%'"
    ).fetchall()
    yield from rows
