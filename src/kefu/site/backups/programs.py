"""``pg_dump`` and ``pg_restore``: the system's when they are new enough for the server, else the wheel's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kefu.kernel.errors import Unavailable
from kefu.site import database
from kefu.site.embedded import binaries


def find(name: str, server_version: int) -> Path:
    """The program of that name that understands a server of that version (as in ``server_version_num``)."""
    needed = server_version // 10000
    candidates = [Path(found)] if (found := shutil.which(name)) else []
    candidates += sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    candidates.append(binaries.client(name))
    for candidate in candidates:
        if candidate.exists() and _major(candidate) >= needed:
            return candidate
    raise Unavailable(
        f"no {name} here is new enough for PostgreSQL {needed}: install postgresql-client-{needed} and try again"
    )


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.search(r"\b(\d+)\.", said)
    return int(match[1]) if match else 0


def run(program: Path, words: Sequence[str], *, name: str | None = None) -> None:
    """Run a client program against the product's database (or ``name`` beside it); raises ``Unavailable``.

    The address goes through the environment, so that no password shows in the list of processes.
    """
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, our own arguments
        [str(program), *words], env=os.environ | _environment(name), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Unavailable(f"{program.name} failed: {lines[0] if lines else f'exit code {done.returncode}'}")


def _environment(name: str | None) -> Mapping[str, str]:
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
        "options": "PGOPTIONS",
    }
    given: dict[str, Any] = database.parameters(name)
    return {names[key]: str(value) for key, value in given.items() if key in names}
