"""``kefu setup-link``: a new one-time link that claims an installation, and what ``kefu serve`` prints at its start."""

from __future__ import annotations

import click
from django.conf import settings
from django.db import DatabaseError

from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict
from kefu.site.cli import console
from kefu.site.cli.contributed import lent_database, start_django


@click.command("setup-link")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address under which “kefu serve” listens.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
def setup_link(host: str, port: int) -> None:
    """Print a link that creates the first administrator: one time, within a day, only while there is no account.

    \b
    Examples:
      kefu setup-link
    """
    start_django()
    with lent_database():
        link = new_link(host, port)
    if link is None:
        raise Conflict(
            "this installation has accounts already: sign in, or see “kefu manage break_glass --help” to get back in"
        )
    click.echo(link)


def new_link(host: str, port: int) -> str | None:
    """A fresh link, or ``None`` when the installation is claimed."""
    from kefu.site.setup import services

    code = services.issue_link(actor=Actor.system("kefu setup-link"))
    if code is None:
        return None
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not listened on
    base = settings.PUBLIC_URL or f"http://{shown}:{port}"
    return f"{base}/setup/claim/?code={code}"


def tell(host: str, port: int) -> None:
    """On the first start, say how the administrator is created; nothing when that has been done."""
    try:
        link = new_link(host, port)
    except DatabaseError:  # tables are missing: the pages and the doctor say so
        return
    if link is not None:
        console.notice(f"first start: create the administrator at {link} (within 24 hours, once)")
