"""The database for a command: reachable, new enough, and migrated when it is empty."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from kefu.kernel.errors import Unavailable
from kefu.site import embedded, environment
from kefu.site.lean_states import lean_states

LOWEST = 150000
MIGRATION_LOCK = 0x6B656675
LOCK_TIMEOUT = "30s"
DROP_TRIES = 50
DROP_PAUSE_SECONDS = 0.2

Notice = Callable[[str], None]
Steps = Callable[[int, int, str], None]
"""Told how many of how many steps are done, and which one is next."""


def is_embedded() -> bool:
    """Whether the embedded database is used because no other is named."""
    return not os.environ.get("DATABASE_URL")


@contextmanager
def ready(*, notice: Notice, steps: Steps | None = None, migrate_empty: bool = True) -> Iterator[None]:
    """The database, for the time of a block; the embedded server is started when it is ours and does not run."""
    with embedded.running(environment.home(), notice=notice) if is_embedded() else nullcontext():
        check_version()
        if migrate_empty and is_empty():
            notice("the database is empty: preparing its tables")
            migrate(notice=notice, steps=steps)
        try:
            yield
        finally:
            connections.close_all()


def check_version() -> None:
    """Raise ``Unavailable`` when the server is older than PostgreSQL 15; ``OperationalError`` when it is away."""
    connection.ensure_connection()
    assert connection.connection is not None
    found = connection.connection.info.server_version
    if found < LOWEST:
        raise Unavailable(f"PostgreSQL {found // 10000} is too old: Kefu needs 15 or newer")


def is_empty() -> bool:
    """Whether no migration has ever been applied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NULL")
        return bool(cursor.fetchone()[0])


def has_tables() -> bool:
    """Whether anything at all lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p'))"
        )
        return bool(cursor.fetchone()[0])


def pending() -> list[str]:
    """The migrations that are still to be applied, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def require_known() -> None:
    """Raise ``Unavailable`` when a newer version of the product has worked on this database."""
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("kefu.")}
    known = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    known |= set(loader.disk_migrations)
    unknown = sorted(key for key in loader.applied_migrations if key[0] in ours and key not in known)
    if unknown:
        raise Unavailable(
            f"a newer version of Kefu has worked on this database ({'.'.join(unknown[-1])} is unknown here): run that "
            "version, or set KEFU_HOME or DATABASE_URL to another place"
        )


def migrate(*, notice: Notice, steps: Steps | None = None) -> int:
    """Apply what is pending, one process at a time; returns how many migrations were applied.

    Tables that are in use are waited for thirty seconds, never longer: a queue behind a lock stops a centre.
    """
    with closing(connect(autocommit=True)) as guard:
        if not _locked(guard, wait=False):
            notice("another process is migrating; waiting for it")
            _locked(guard, wait=True)
        require_known()
        plan = pending()
        if plan:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        with lean_states() if is_empty() else nullcontext():
            call_command("migrate", interactive=False, verbosity=1, stdout=_Lines(len(plan), steps))
        if plan:
            connection.close()
        return len(plan)


def _locked(guard: psycopg.Connection[Any], *, wait: bool) -> bool:
    if wait:
        guard.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        return True
    row = guard.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK]).fetchone()
    return bool(row and row[0])


class _Lines(io.StringIO):
    """Counts the lines of Django's command, one per migration."""

    def __init__(self, total: int, steps: Steps | None) -> None:
        super().__init__()
        self._total, self._steps, self._done = total, steps, 0

    def write(self, text: str) -> int:
        if text.lstrip().startswith("Applying "):
            self._done += 1
            if self._steps is not None:
                self._steps(self._done, self._total, text.strip().removeprefix("Applying ").rstrip("."))
        return len(text)


def parameters(name: str | None = None) -> dict[str, Any]:
    """Keyword arguments for a direct psycopg connection to the product's database (or to ``name`` beside it)."""
    settings = connection.settings_dict
    options = {key: value for key, value in settings["OPTIONS"].items() if key not in {"pool", "server_side_binding"}}
    given = {
        "dbname": name or settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return {**{key: value for key, value in given.items() if value}, **options}


def connect(name: str | None = None, *, autocommit: bool = False) -> psycopg.Connection[Any]:
    """A connection beside Django's."""
    return psycopg.connect(**parameters(name), autocommit=autocommit)


def drop(server: psycopg.Connection[Any], name: str) -> None:
    """Drop a database if it is there, ending whoever uses it; ``server`` is another database's autocommit connection.

    A role that is no superuser may not end an autovacuum worker: it is let finish, for some seconds.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for left in reversed(range(DROP_TRIES)):
        try:
            server.execute(statement)
            return
        except psycopg.errors.InsufficientPrivilege:
            if not left:
                raise
            time.sleep(DROP_PAUSE_SECONDS)
