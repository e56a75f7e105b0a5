"""Checks of the machine and the data folder; none needs the database."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings as django_settings

from kefu.kernel.errors import Conflict
from kefu.platform.webui import catalogues as translations
from kefu.site.backups import journal
from kefu.site.doctor.findings import Finding, fail, note, ok, warn
from kefu.site.embedded import Layout, processes
from kefu.site.embedded.locks import FileLock

GIGABYTE = 1024**3
LOWEST_PYTHON = (3, 11)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def python() -> Finding:
    """Python's version."""
    found = ".".join(map(str, sys.version_info[:3]))
    if tuple(sys.version_info) < LOWEST_PYTHON:
        return fail("python", f"Python {found} is too old", "install Python 3.11 or newer")
    return ok("python", f"Python {found}")


def data_folder(home: Path) -> Iterator[Finding]:
    """Whether the data folder can be written, and whether its key is safe."""
    try:
        with tempfile.TemporaryFile(dir=home):
            yield ok("home", f"{home} can be written")
    except OSError as error:
        yield fail(
            "home", f"{home} cannot be written: {error.strerror}", "set KEFU_HOME to a folder that you may write to"
        )
        return
    key = home / "secret.key"
    if os.environ.get("KEFU_SECRET_KEY"):
        yield ok("secret", "the secret key comes from KEFU_SECRET_KEY")
    elif key.exists() and key.stat().st_mode & 0o077:
        yield warn("secret", f"{key} can be read by others", f"chmod 600 {key}", lambda: _make_private(key))
    else:
        yield ok("secret", f"{key} is private")


def _make_private(key: Path) -> str:
    key.chmod(0o600)
    return f"{key} is private now"


def restore_under_way(home: Path) -> Finding:
    """Whether a restore was cut short: then the database and the files may not belong together."""
    try:
        journal.require_none(home)
    except Conflict as error:
        known = journal.read(home)
        cut_short = known is not None and not known.is_running
        return (fail if cut_short else warn)("restore", error.message, "see docs/operations.md, “Backup and restore”")
    return ok("restore", "none was cut short")


def disk(home: Path) -> Finding:
    """Room on the data folder's disk."""
    base = Layout.of(home).base
    usage = shutil.disk_usage(base if base.exists() else home)
    free = usage.free / GIGABYTE
    text = f"{free:.1f} GB of {usage.total / GIGABYTE:.0f} GB are free"
    if free < 0.5:
        return fail("disk", text, "make room now: the database stops when the disk is full")
    if free < 5:
        return warn("disk", text, "make room: old backups, logs under KEFU_HOME/logs")
    return ok("disk", text)


def supervisor_lock(home: Path) -> Finding:
    """Whether a supervisor runs; a lock file without a holder is only a file."""
    lock = FileLock(home / "supervisor.lock")
    try:
        if lock.take():
            return ok("supervisor", "no “kefu demo” runs in this data folder")
        pid = lock.holder()
    except OSError:
        return ok("supervisor", "no “kefu demo” runs in this data folder")
    finally:
        lock.release()
    if pid is not None and not processes.is_alive(pid):
        return warn("supervisor", "the lock is held by a process of another container", "stop that container first")
    return ok("supervisor", f"“kefu demo” runs (process {pid})")


def chromium() -> Finding:
    """The browser that the tests and document previews use."""
    given = os.environ.get("KEFU_CHROMIUM")
    found = given if given and Path(given).exists() else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found:
        return ok("chromium", found)
    return note("chromium", "not installed: the browser tests cannot run", "apt-get install chromium fonts-noto-cjk")


def pango() -> Finding:
    """The library that PDF documents need."""
    if ctypes.util.find_library("pango-1.0"):
        return ok("pango", "installed")
    return note(
        "pango", "not installed: documents cannot be made as PDF", "apt-get install libpango-1.0-0 libpangoft2-1.0-0"
    )


def settings() -> Finding:
    """Settings that are right at a desk and wrong in a centre."""
    if django_settings.DEBUG:
        return warn("settings", "KEFU_DEBUG is on", "unset KEFU_DEBUG where others can reach this installation")
    if not django_settings.SESSION_COOKIE_SECURE:
        return note("settings", "cookies are sent without TLS", "set KEFU_TLS=1 behind a proxy that speaks TLS")
    return ok("settings", "cookies are sent over TLS only")


def catalogues() -> Finding:
    """Whether the English texts are compiled and fresh."""
    stale = translations.stale()
    if stale:
        return warn(
            "translations",
            f"{len(stale)} catalogues are not compiled",
            "python -m kefu.platform.webui.catalogues compile",
            _compile_catalogues,
        )
    return ok("translations", "compiled")


def _compile_catalogues() -> str:
    return f"{translations.compile_all()} catalogues compiled"
