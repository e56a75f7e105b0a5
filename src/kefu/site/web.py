"""The web server: granian over the ASGI application, static files from one folder with whitenoise."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

KILL_AFTER_SECONDS = 8
"""What has not ended by then after a stop signal is ended: an open stream may hold nobody up."""


STAMP = ".collected"


def collect_static() -> None:
    """Bring the static files of all apps into the folder that is served, unless they lie there already."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    wanted = _sources()
    with contextlib.suppress(OSError):
        if stamp.read_text(encoding="ascii") == wanted:
            return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")


def _sources() -> str:
    """What stands for the static files as the apps bring them: each one's path, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            digest.update(f"{storage.path(name)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def serve(*, host: str, port: int, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # granian forks its workers: they must not share a connection or a pool of ours
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()
    Granian(
        "kefu.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
    ).serve()
