"""The database cluster on disk: initialised in a side folder, then renamed; configured anew at each start."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path

from kefu.kernel.errors import Unavailable
from kefu.site import home as data_folder
from kefu.site.embedded.binaries import RunAs
from kefu.site.embedded.layout import Layout

MAJOR = "18"
ROOM_NEEDED = 400 * 1024 * 1024
MEGABYTE = 1024 * 1024


def prepare(layout: Layout, account: RunAs, programs: Path, *, durable: bool = True) -> None:
    """Make the folders and the cluster where they are missing, and write the configuration."""
    _folders(layout, account)
    if not (layout.data / "PG_VERSION").exists():
        _initialise(layout, account, programs)
    found = (layout.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != MAJOR:
        raise Unavailable(
            f"{layout.data} was made by PostgreSQL {found}, this version of Kefu brings {MAJOR}: make a backup with the "
            "version that made it (“kefu backup”) and restore it into a new KEFU_HOME (“kefu restore”)"
        )
    _configure(layout, account, durable=durable)


def _folders(layout: Layout, account: RunAs) -> None:
    data_folder.prepare(layout.home)
    if account.uid is not None:
        _let_pass(layout.home if layout.base.is_relative_to(layout.home) else layout.base.parent)
    layout.base.mkdir(mode=0o711, exist_ok=True, parents=True)
    if account.uid is not None:
        layout.base.chmod(0o711)
    try:
        layout.run.mkdir(mode=0o700)
        account.own(layout.run)
    except FileExistsError:
        found = layout.run.lstat()
        mine = account.uid if account.uid is not None else os.geteuid()
        if layout.run.is_symlink() or found.st_uid not in {mine, 0} or (found.st_uid == 0 and account.uid is None):
            raise Unavailable(
                f"the socket folder {layout.run} belongs to somebody else: remove it, or choose a shorter KEFU_HOME"
            ) from None
        account.own(layout.run)
    layout.run.chmod(0o700)


def _let_pass(folder: Path) -> None:
    """Let the database's user walk through our own data folder (never through anything above it)."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    mode = folder.stat().st_mode & 0o777
    if not mode & 0o001:
        folder.chmod(mode | 0o011)


def _initialise(layout: Layout, account: RunAs, programs: Path) -> None:
    free = shutil.disk_usage(layout.base).free
    if free < ROOM_NEEDED:
        raise Unavailable(
            f"the disk under {layout.base} is full: {free // MEGABYTE} MB are free, a new database needs "
            f"{ROOM_NEEDED // MEGABYTE} MB; make room or set KEFU_HOME to another disk"
        )
    for rest in layout.base.glob("data.half-made-*"):
        shutil.rmtree(rest)
    if layout.data.exists():  # made by hand, or its PG_VERSION was lost: never thrown away
        raise Unavailable(f"{layout.data} exists but is not a database: move it away and start again")
    side = layout.base / f"data.half-made-{os.getpid()}"
    side.mkdir(mode=0o700)
    account.own(side)
    command = [
        str(programs / "initdb"),
        f"--pgdata={side}",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--auth-local=peer",
        "--auth-host=reject",
        "--no-instructions",
    ]
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        command, capture_output=True, text=True, cwd=side, env=environment(), check=False, **account.popen
    )
    if done.returncode != 0:
        shutil.rmtree(side, ignore_errors=True)
        if os.strerror(errno.ENOSPC) in done.stderr:
            raise Unavailable(f"the disk under {layout.base} is full: make room or set KEFU_HOME to another disk")
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Unavailable(f"the database could not be initialised in {layout.base}: {' '.join(last)}")
    side.rename(layout.data)


def _configure(layout: Layout, account: RunAs, *, durable: bool) -> None:
    main = layout.data / "postgresql.conf"
    includes = "include_if_exists = 'kefu.conf'\ninclude_if_exists = 'local.conf'\n"
    text = main.read_text(encoding="utf-8")
    if includes not in text:
        _write(main, text.rstrip("\n") + "\n\n" + includes, account)
    settings = _settings(layout, durable=durable)
    body = "".join(f"{key} = '{value}'\n" for key, value in settings.items())
    _write(
        layout.data / "kefu.conf", "# Written at each start; put your own settings into local.conf.\n" + body, account
    )
    _write(layout.data / "pg_hba.conf", "local all all peer map=kefu\n", account)
    names = sorted({account.name, "root"})
    lines = [f"kefu {name} {role}\n" for name in names for role in ("kefu", "postgres")]
    _write(layout.data / "pg_ident.conf", "".join(lines), account)


def _write(path: Path, text: str, account: RunAs) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    data_folder.replace(path, text)
    account.own(path)


def _settings(layout: Layout, *, durable: bool) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    shared = max(64, min(1024, memory // 8))
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(layout.run).replace("'", "''"),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "logging_collector": "off",
        "max_parallel_workers_per_gather": "1",
    }
    if _shared_memory_is_small():
        settings["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return settings


def _shared_memory_is_small() -> bool:
    """Containers often give 64 MB of /dev/shm, on which parallel queries fail."""
    try:
        return shutil.disk_usage("/dev/shm").total < 256 * MEGABYTE  # noqa: S108 - measured, not written
    except OSError:
        return True


def environment() -> dict[str, str]:
    """The server's environment: nothing of ours, no PG* variables of the user's."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
