"""``kefu backup`` and ``kefu restore``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kefu.site.cli import console
from kefu.site.cli.contributed import lent_database, start_django


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option("--no-key", is_flag=True, help="Leave the secret key out; keep it elsewhere then.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def backup(target: Path | None, no_key: bool, as_json: bool) -> None:
    """Save the database, the files and the secret key into one archive, while everybody works on.

    TARGET is a file that does not exist yet; without it the archive gets a name with the date, here.

    \b
    Examples:
      kefu backup
      kefu backup /backups/kefu-2026-11-20.tar
    """
    start_django()
    from kefu.site import backups, environment
    from kefu.site.backups import journal

    path = target or Path(f"kefu-{datetime.now(UTC).astimezone():%Y%m%d-%H%M%S}.tar")
    with lent_database(migrate_empty=False), console.progress("backing up") as progress:
        manifest = backups.save(path, progress=progress, with_key=not no_key)
    journal.note_backup(environment.home())
    rows, size = sum(manifest.rows.values()), path.stat().st_size
    if as_json:
        console.answer(
            {
                "archive": str(path),
                "bytes": size,
                "tables": len(manifest.rows),
                "rows": rows,
                "files": _files(manifest.members),
            }
        )
    else:
        click.echo(f"{path}: {rows:,} rows, {_files(manifest.members):,} files, {size / 1024**2:,.1f} MB")
    if not no_key and "secret.key" in manifest.members:
        console.notice("the archive holds the secret key: keep it as safe as the centre itself")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put the backup in the place of the present data.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def restore(source: Path, replace: bool, as_json: bool) -> None:
    """Bring a backup back into an empty database, or with --replace in the place of the present data.

    The archive is checked from end to end, and the restored tables row for row, before anything is replaced. Stop the
    web and worker processes first.

    \b
    Examples:
      kefu restore kefu-20261120-020000.tar
      kefu restore --replace /backups/kefu-2026-11-20.tar
    """
    start_django()
    from kefu.site import backups, database

    with lent_database(migrate_empty=False, restoring=True):
        manifest = backups.restore(source, replace=replace, notice=console.notice)
        pending = len(database.pending())
    rows = sum(manifest.rows.values())
    if as_json:
        console.answer(
            {
                "tables": len(manifest.rows),
                "rows": rows,
                "files": _files(manifest.members),
                "pending_migrations": pending,
            }
        )
    else:
        click.echo(f"restored {rows:,} rows and {_files(manifest.members):,} files of {manifest.made_at}")
    if pending:
        console.notice(f"the backup is older than the program: run “kefu migrate” ({pending} migrations)")


def _files(members: dict[str, str]) -> int:
    return sum(name.startswith("files/") for name in members)
