"""``kefu serve``."""

from __future__ import annotations

import os

import click

from kefu.site.cli import console
from kefu.site.cli.contributed import lent_database, start_django


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--access-log/--no-access-log",
    default=False,
    show_default=True,
    help="Log each request: route, status, time; never addresses.",
)
def serve(host: str, port: int, workers: int, access_log: bool) -> None:
    """Serve the pages, the API and the live streams, until stopped.

    Put a proxy with TLS before it (KEFU_TLS=1, KEFU_ALLOWED_HOSTS=…), see docs/operations.md.

    \b
    Examples:
      kefu serve
      kefu serve --host 0.0.0.0 --port 8080 --workers 4
    """
    from kefu.site import ports, web
    from kefu.site.cli import setup_link

    ports.require_free(host, port)
    os.environ.setdefault("KEFU_POOL", "1")
    if access_log:
        os.environ["KEFU_REQUEST_LOG"] = "1"
    start_django()
    with lent_database():
        web.collect_static()
        console.notice(f"serving http://{host}:{port}/")
        setup_link.tell(host, port)
        web.serve(host=host, port=port, workers=workers)
