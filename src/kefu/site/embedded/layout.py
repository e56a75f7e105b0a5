"""Where the embedded database lives, and as whom. Reads the file system; changes nothing."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100
"""Unix socket addresses end at 107 bytes; the server appends ``.lock`` to the file beside it."""
ROOT_FOLDER = Path("/var/lib/kefu")
"""Where root keeps databases whose data folder the unprivileged database user cannot reach."""


@dataclass(frozen=True)
class Layout:
    """The folders of one embedded database."""

    home: Path
    base: Path
    run: Path

    @classmethod
    def of(cls, home: Path) -> Layout:
        """The layout that belongs to a data folder; the same for every process of one user."""
        base = home / "database"
        if os.geteuid() == 0 and not _others_pass_through(home.parent):
            base = ROOT_FOLDER / _digest(home)
        run = base / "run"
        if len(os.fsencode(run / SOCKET)) > LONGEST_SOCKET:
            run = Path(f"/tmp/kefu-{_digest(home)}")  # noqa: S108 - made 0700 and checked for its owner
        return cls(home=home, base=base, run=run)

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.base / "postgres.log"

    @property
    def start_lock(self) -> Path:
        """Held while somebody initialises, starts or stops the server."""
        return self.base / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held shared by everybody who uses the server."""
        return self.base / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Inherited by the server's processes, so that it is free exactly when none of them lives."""
        return self.base / "server.lock"

    def dsn(self, *, user: str = "kefu", name: str = "kefu") -> str:
        """The connection string for a role and a database."""
        return f"postgresql://{user}@/{name}?host={quote(str(self.run), safe='/')}"


def address(home: Path) -> str:
    """The ``postgresql://`` address of the embedded database that belongs to ``home``. Starts nothing."""
    return Layout.of(home).dsn()


def _digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]


def _others_pass_through(folder: Path) -> bool:
    """Whether a user without rights of its own can walk down to ``folder`` (or its nearest existing ancestor)."""
    for step in (folder, *folder.parents):
        try:
            mode = step.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError:
            return False
        if not mode & stat.S_IXOTH:
            return False
    return True


def readable_by_others(folder: Path) -> bool:
    """Whether a user without rights of its own can read and run what lies in ``folder``."""
    wanted = stat.S_IXOTH | stat.S_IROTH
    return _others_pass_through(folder) and folder.stat().st_mode & wanted == wanted
