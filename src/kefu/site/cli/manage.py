"""``kefu manage``: Django's own commands."""

from __future__ import annotations

from contextlib import nullcontext

import click

from kefu.site.cli.contributed import lent_database, start_django

WITHOUT_DATABASE = frozenset({"check", "help", "version", "diffsettings", "collectstatic", "findstatic"})


class Raw(click.Command):
    """Hands everything that follows to the callback, ``--`` and options included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take all words as they are, but answer ``--help`` when it stands alone."""
        if args in (["--help"], ["-h"]):
            return super().parse_args(ctx, args)
        ctx.params["arguments"] = tuple(args)
        return []


@click.command(cls=Raw)
@click.argument("arguments", nargs=-1)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands.

    \b
    Examples:
      kefu manage help
      kefu manage shell
    """
    start_django()
    from django.core.management import execute_from_command_line

    alone = not arguments or arguments[0] in WITHOUT_DATABASE or "--help" in arguments
    with nullcontext() if alone else lent_database(migrate_empty=False):
        execute_from_command_line(["kefu manage", *arguments])
