"""``kefu connect SOURCE``: follows one telephony source until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime

import click

from kefu.areas.calls.models import Source
from kefu.areas.calls.services.connecting import Connector
from kefu.areas.calls.services.linking import change_source
from kefu.areas.calls.services.secrets import rotate_secret
from kefu.areas.calls.services.sources import ensure_source
from kefu.kernel.actor import Actor
from kefu.kernel.errors import KefuError


@click.command("connect")
@click.argument("code", metavar="SOURCE")
@click.option("--log", "log_path", default="", help="The queue_log to follow (kept for the next time).")
@click.option("--ami-host", default="", help="Host of the manager interface (kept).")
@click.option("--ami-port", default=0, type=click.IntRange(0, 65535), help="Its port (kept; 5038 when never given).")
@click.option("--ami-user", "ami_username", default="", help="Its account (kept).")
@click.option("--ami-password", envvar="KEFU_AMI_PASSWORD", default="", help="Its password (kept, encrypted).")
@click.option("--time-zone", default="", help="Zone of the source's local days (new sources only).")
@click.option("--once", is_flag=True, help="Take in what is there and end.")
def connect(
    code: str, log_path: str, ami_host: str, ami_port: int, ami_username: str, ami_password: str, time_zone: str,
    once: bool,
) -> None:  # fmt: skip
    """Follow an Asterisk: its queue_log through rotation, and its manager interface for what happens right now.

    \b
    Example:
      kefu connect pbx1 --log /var/log/asterisk/queue_log --ami-host 127.0.0.1 --ami-user kefu
    """
    actor = Actor.system(f"connect:{code}")
    try:
        source = Source.objects.filter(code=code).first() or ensure_source(
            actor=actor, code=code, kind="asterisk-queue-log", time_zone=time_zone
        )
        given = {"log_path": log_path, "ami_host": ami_host, "ami_port": ami_port, "ami_username": ami_username}
        if any(given.values()):
            source = change_source(
                actor=actor, source=source, name=source.name, node_id=source.node_id, is_active=source.is_active,
                options={key: value for key, value in given.items() if value},
            )  # fmt: skip
        if ami_password:
            rotate_secret(actor=actor, source=source, value=ami_password)
        connector = Connector(source, report=_report)
    except KefuError as error:
        raise click.ClickException(str(error.message)) from error
    if once:
        asyncio.run(_once(connector))
    else:
        asyncio.run(_until_stopped(connector))


def _report(text: str) -> None:
    click.echo(f"{datetime.now().astimezone():%H:%M:%S} {text}", err=True)


async def _once(connector: Connector) -> None:
    async def stop_when_read() -> None:
        while connector.log_path is not None and (
            "log" not in connector.faults or (connector.followed is not None and connector.followed.behind_bytes)
        ):
            await asyncio.sleep(0.05)
        connector.stop.set()

    await asyncio.gather(connector.run(), stop_when_read())


async def _until_stopped(connector: Connector) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, connector.stop.set)
    await connector.run()
