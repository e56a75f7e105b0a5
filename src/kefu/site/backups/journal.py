"""What a restore that is under way has written down, so that one that was killed is known and finished."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from kefu.kernel.errors import Conflict
from kefu.site.embedded import processes

NAME = "restoring.json"
SAVED = "last-backup"


@dataclass(frozen=True)
class Entry:
    """A restore that began and has not ended."""

    archive: str
    pid: int
    began_at: str

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return processes.is_alive(self.pid)


def read(home: Path) -> Entry | None:
    """The restore that began and has not ended, if there is one."""
    try:
        return Entry(**json.loads((home / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Entry(archive="an unknown archive", pid=0, began_at="")


def begin(home: Path, source: Path) -> None:
    """Write down that data are about to be replaced; raises ``Conflict`` while another restore runs."""
    known = read(home)
    if known is not None and known.is_running and known.pid != os.getpid():
        raise Conflict(f"process {known.pid} is restoring {known.archive}: wait for it")
    side = home / f".{NAME}.{os.getpid()}"
    entry = Entry(str(source.absolute()), os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))
    with side.open("w", encoding="utf-8") as file:
        json.dump(asdict(entry), file)
        file.flush()
        os.fsync(file.fileno())
    side.replace(home / NAME)


def end(home: Path) -> None:
    """All is in place."""
    (home / NAME).unlink(missing_ok=True)


def require_none(home: Path) -> None:
    """Raise ``Conflict`` while data are half replaced: nobody may work on them."""
    known = read(home)
    if known is None:
        return
    if known.is_running:
        raise Conflict(f"process {known.pid} is restoring {known.archive}: wait for it")
    raise Conflict(
        f"restoring {known.archive} was cut short, so the database and the files may not belong together: "
        f"run “kefu restore --replace {known.archive}” again"
    )


def note_backup(home: Path) -> None:
    """Write down that a backup was completed now, for the checklist and the doctor."""
    side = home / f".{SAVED}.{os.getpid()}"
    side.write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="ascii")
    side.replace(home / SAVED)


def last_backup(home: Path) -> datetime | None:
    """When the last backup was completed on this machine; ``None`` when none is known."""
    try:
        return datetime.fromisoformat((home / SAVED).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
