"""``kefu demo``."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

import click

from kefu.site.cli import console

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes the next free one."
)
@click.option("--build-only", is_flag=True, help="Build the centre, answer with its logins as JSON, and stop.")
def demo(host: str, port: int, build_only: bool) -> None:
    """Run a demonstration centre: database, pages, worker and a simulated telephone system in one terminal.

    The first start builds the centre (some 300 employees, 300,000 calls); later starts take seconds. Ctrl-C stops
    everything; the data stay under KEFU_HOME.

    \b
    Examples:
      kefu demo
      kefu demo --host 0.0.0.0 --port 0
    """
    if build_only:
        _build()
    else:
        _run(host, port)


def _build() -> None:
    from kefu.site.cli.contributed import lent_database, start_django

    start_django()
    from kefu.site import centre

    with lent_database(migrate_empty=False), console.progress("demonstration centre") as steps:
        ready = centre.prepare(notice=console.notice, progress=steps)
    console.answer(ready.as_dict())


def _run(host: str, port: int) -> None:
    from kefu.site import embedded, environment, ports, standing, supervisor
    from kefu.site import home as data_folder

    home = data_folder.prepare(environment.home())
    with supervisor.only_one(home):
        supervisor.end_leftovers(home, notice=console.notice)
        if port == 0:
            port = ports.next_free(host)
        ports.require_free(host, port)
        supervisor.require_room(home)
        owner = None if os.environ.get("DATABASE_URL") else embedded.Owner(home)
        everything = supervisor.Supervisor(home, notice=console.notice, owner=owner)
        everything.install_signals()
        try:
            if owner is not None:
                console.notice("starting the database")
                os.environ["DATABASE_URL"] = owner.start(console.notice)
            os.environ.setdefault("KEFU_ALLOWED_HOSTS", ",".join(_names(host)))
            ready = standing.read(os.environ["DATABASE_URL"])
            if ready is None:
                ready = json.loads(everything.run_once(["demo", "--build-only"]))
            # The pages first: the other processes would only keep the processors from them.
            everything.start({"web": ["serve", "--host", host, "--port", str(port)]})
            everything.wait_until_serving(host, port)
            everything.start({"worker": ["worker"]} | ready["processes"])
            _greet(host, port, ready["logins"])
            everything.watch()
            console.notice("stopping")
        finally:
            everything.stop()
    console.notice("stopped; the data stay in " + str(home))


def _names(host: str) -> list[str]:
    """The names under which browsers may reach the demonstration."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host not in LOOPBACK:
        own = socket.gethostname()
        names += [own, host]
        try:
            names += socket.gethostbyname_ex(own)[2]
        except OSError:
            console.notice("set KEFU_ALLOWED_HOSTS to the names under which browsers reach this machine")
    return list(dict.fromkeys(names))


def _greet(host: str, port: int, logins: list[dict[str, Any]]) -> None:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - a name, not a binding
    click.echo(f"\nKefu is running: http://{shown}:{port}/\n")
    for login in logins:
        click.echo(f"  {login['username']:<16} {login['password']:<20} {login['role']}")
    click.echo("\nCtrl-C stops it.\n")
