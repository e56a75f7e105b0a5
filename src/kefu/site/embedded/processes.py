"""Which processes really belong to a cluster. A pid file is a rumour; the working folder of a process is a fact."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def of_cluster(data: Path) -> list[int]:
    """The live processes that work in the data folder (PostgreSQL changes into it), postmaster first if alive."""
    found = []
    try:
        wanted = data.stat()
    except OSError:
        return []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            here = (entry / "cwd").stat()
            if (here.st_dev, here.st_ino) == (wanted.st_dev, wanted.st_ino) and _is_postgres(entry):
                found.append(int(entry.name))
    master = postmaster(data)
    return sorted(found, key=lambda pid: (pid != master, pid))


def postmaster(data: Path) -> int | None:
    """The pid that the cluster's pid file names, if that process is a PostgreSQL that works in ``data``."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        entry = Path(f"/proc/{pid}")
        here, wanted = (entry / "cwd").stat(), data.stat()
    except (OSError, ValueError):
        return None
    same = (here.st_dev, here.st_ino) == (wanted.st_dev, wanted.st_ino)
    return pid if same and _is_postgres(entry) else None


def _is_postgres(entry: Path) -> bool:
    try:
        return os.readlink(entry / "exe").removesuffix(" (deleted)").endswith("/postgres")
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A ``preexec_fn`` that makes the kernel send ``number`` to the child when we die, however we die."""
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
