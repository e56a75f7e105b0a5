"""``kefu worker``."""

from __future__ import annotations

import click

from kefu.site.cli.contributed import lent_database, start_django


@click.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--queue", "queues", multiple=True, help="Only this queue (may be repeated).")
def worker(concurrency: int, queues: tuple[str, ...]) -> None:
    """Work on jobs and keep the numbers fresh, until stopped.

    Any number of workers may run, on any number of machines.

    \b
    Examples:
      kefu worker
      kefu worker --concurrency 4 --queue default
    """
    start_django()
    from kefu.platform.jobs import worker as jobs_worker

    with lent_database():
        jobs_worker.run(concurrency=concurrency, queues=list(queues) or None)
