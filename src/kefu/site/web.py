"""The web server: granian over the ASGI application, static files from one folder with whitenoise."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection

KILL_AFTER_SECONDS = 8
"""What has not ended by then after a stop signal is ended: an open stream may hold nobody up."""


def collect_static(*, notice: Callable[[str], None]) -> None:
    """Bring the static files of all apps into the folder that is served; only what changed is copied."""
    call_command("collectstatic", interactive=False, verbosity=0)


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
