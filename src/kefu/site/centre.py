"""The demonstration centre's life in the database: built once, and from scratch when the first try was cut short."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kefu.kernel.errors import RuleBroken
from kefu.site import database, standing, web

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Login:
    """One account of the demonstration centre, told to whoever starts it."""

    role: str
    username: str
    password: str


@dataclass(frozen=True)
class Ready:
    """What the supervisor needs to know of a finished demonstration centre."""

    logins: Sequence[Login] = ()
    processes: dict[str, list[str]] = field(default_factory=dict)
    """Name → words after ``kefu`` of the processes that keep the centre going."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON-able values."""
        return asdict(self)


def prepare(*, notice: Callable[[str], None], progress: Progress) -> Ready:
    """Bring the database up to date and build the centre unless it stands; call it as often as you like.

    A build that was cut short is wiped and begun again. A database with a centre that is not a demonstration is
    refused and left as it is.
    """
    with connection.cursor() as cursor:
        state = standing.state(cursor)
    if state is None and not database.is_empty() and _has_accounts():
        raise RuleBroken(
            "this database holds a centre that is not a demonstration: leave DATABASE_URL unset, or name an empty one"
        )
    if state == standing.BUILDING:
        notice("the first start was cut short: beginning again")
        _wipe()
    demo = _demo()
    if state == standing.DONE:
        database.migrate(notice=notice, steps=progress)
    else:
        notice("building the demonstration centre (once)")
        _build(demo, notice, progress)
    ready = Ready(
        logins=[Login(*login) for login in demo.LOGINS],
        processes={name: list(words) for name, words in demo.PROCESSES.items()},
    )
    with connection.cursor() as cursor:
        standing.write(cursor, standing.DONE, ready.as_dict())
    return ready


def _build(demo: Any, notice: Callable[[str], None], progress: Progress) -> None:
    """Migrate and build, marked as unfinished from the first table on; the builder's processes start meanwhile.

    Commits do not wait for the disk: what a crash takes is built again, and the last mark becomes durable after
    everything before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        standing.write(cursor, standing.BUILDING)
    hands = demo.hands()
    try:
        hands.submit(0, web.collect_static)
        database.migrate(notice=notice, steps=progress)
        demo.build(progress, hands)
    finally:
        hands.shutdown()


def _demo() -> Any:
    """The module that builds the centre: ``hands()``, ``build(progress, hands)``, ``LOGINS``, ``PROCESSES``."""
    return importlib.import_module("kefu.site.demo")


def _has_accounts() -> bool:
    from django.contrib.auth import get_user_model

    table = get_user_model()._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 - the table's own name
        return bool(cursor.fetchone()[0])


def _wipe() -> None:
    """Remove everything that an unfinished build made: the product's tables and the files folder."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    shutil.rmtree(Path(settings.FILES_ROOT), ignore_errors=True)
