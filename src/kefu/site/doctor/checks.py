"""The checks, from the ground up: machine, data folder, database, work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.db import OperationalError

from kefu.kernel.errors import KefuError
from kefu.site import database
from kefu.site.doctor import machine, work
from kefu.site.doctor.findings import Finding, fail


def examine(home: Path) -> Iterator[Finding]:
    """Everything there is to say about this installation. The embedded database is started for it if need be."""
    yield machine.python()
    yield from machine.data_folder(home)
    yield machine.disk(home)
    yield machine.restore_under_way(home)
    yield machine.supervisor_lock(home)
    yield machine.chromium()
    yield machine.pango()
    yield machine.settings()
    yield machine.catalogues()
    try:
        with database.ready(notice=_quiet, migrate_empty=False):
            yield from work.everything()
    except KefuError as error:
        yield fail("database", error.message, "see docs/operations.md, “Database”")
    except (OperationalError, psycopg.OperationalError) as error:
        yield fail(
            "database",
            f"does not answer: {(str(error).strip().splitlines() or [''])[0]}",
            "check that the server named in DATABASE_URL runs and that the role may connect",
        )


def _quiet(text: str) -> None:
    """The doctor says things in its own way."""
