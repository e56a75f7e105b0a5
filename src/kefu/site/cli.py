"""The ``kefu`` command."""

from __future__ import annotations

import os
import sys

import click


@click.group()
def main() -> None:
    """Run a customer-service centre."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])
