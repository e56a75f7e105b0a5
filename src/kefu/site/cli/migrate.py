"""``kefu migrate``."""

from __future__ import annotations

import click

from kefu.site.cli import console
from kefu.site.cli.contributed import lent_database, start_django


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when something is pending.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def migrate(check: bool, as_json: bool) -> None:
    """Bring the database's tables to this version, one process at a time.

    \b
    Examples:
      kefu migrate
      kefu migrate --check --json
    """
    start_django()
    from kefu.site import database

    with lent_database(migrate_empty=False):
        pending = database.pending()
        with console.progress("migrating") as steps:
            applied = 0 if check else database.migrate(notice=console.notice, steps=steps)
    if as_json:
        console.answer({"pending": pending if check else [], "applied": applied})
    elif check:
        click.echo("\n".join(pending) if pending else "nothing is pending")
    else:
        click.echo(f"{applied} migrations applied" if applied else "the database is up to date")
    if check and pending:
        raise SystemExit(1)
